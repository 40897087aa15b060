/**
 * All error codes, with their meanings and remedies. The types of the error classes, the rules of `ckpt verify` about damage and `docs/errors.md` are
 * derived from this table.
 */
import type { AbiErrorCode, ExitClass } from "../../runtime/errors.js";

/** A code without an exit class has that of its error class. */
type Meanings<Code extends string = string> = Readonly<
  Record<Code, readonly [meaning: string, remedy: string, exit?: ExitClass]>
>;

/** Codes of {@link AbiError}: codecs, and look-ups by name. */
const ABI = {
  "short-buffer": [
    "The buffer ends before the struct does. Nothing was read or written.",
    "Check offset and length of the buffer.",
    "input",
  ],
  "not-bytes": ["A codec was given something other than a `DataView` or a `Uint8Array`.", "Give it one of them."],
  "not-integer": [
    "The value whose bits are to be named is not an integer.",
    "Give a number without a fraction, or a bigint.",
  ],
  "wrong-argument": [
    "A function of the runtime was given something else than it takes.",
    "Give it what the message says that it expected.",
  ],
  "out-of-range": ["A value does not fit its field. Nothing was written.", "Give a value that the message allows."],
  "missing-field": [
    "A field that the struct has in this version is missing from the value. Nothing was written.",
    "Give the field; decoded values have all of them.",
  ],
  "lossy-text": [
    "A text cannot be stored so that it reads back as it is. Nothing was written.",
    "Shorten the text, or leave out the character that the message names.",
  ],
  "union-conflict": [
    "Two members of a union were given that mean different bytes. Nothing was written.",
    "Give only the member that is meant.",
  ],
  "not-implemented": [
    "The architecture does not have the struct or the number in this version.",
    "Use a version and architecture that have it; `ckpt abi show` names them.",
  ],
  "unknown-name": [
    "No struct, version, architecture, record or field has this name.",
    "Use one of the names that the error lists as `known`; `ckpt abi list` and `ckpt abi show` print them.",
  ],
} as const satisfies Meanings<AbiErrorCode>;

/** Codes of {@link ImageError}, each with what holds in a valid image. They are also rules of `ckpt verify`. */
export const DAMAGE = {
  "short-header": "Every record begins with a type and a length of four bytes each.",
  "bad-length": "The length of a record counts its own header.",
  "short-record": "A record ends before the image does.",
  "short-raw": "Bytes that a record announces after itself are present.",
  "record-size": "A record is as long as what it consists of.",
  "unexpected-record": "Records come in the order of the version.",
  "unknown-record": "Every record has a type that the version knows.",
  "unexpected-end": "The image ends with its tail.",
  "trailing-record": "Nothing follows the tail.",
  "object-type": "An OBJREF introduces an object of a type that the version knows.",
  "object-number": "The number of an object is positive and no other object has it.",
  "bad-count": "Counts are not negative.",
  nesting: "Objects lie within each other no deeper than kernels write them.",
} as const;

const DAMAGE_REMEDY =
  "`ckpt verify` lists all that is wrong. If the image is of another version, name it with `--abi`; else get the image again.";

/** Codes of {@link UsageError}. */
const USAGE = {
  "wrong-usage": [
    "The arguments of a command make no sense together, a function was given something else than it takes, or an image was closed.",
    "`ckpt COMMAND --help` has the arguments of a command; the message says what a function expected and found.",
  ],
  "unknown-task": [
    "No task has the pid, or more than one does, or one of several tasks must be chosen.",
    "Choose a pid that the message names; `ckpt ps` lists all.",
  ],
  "bad-path": [
    "A path to a field cannot be read, or leads to no field or to several.",
    "Look at the column that the error names; `ckpt get --list` prints all paths.",
  ],
  "bad-value": ["A text is not a value of its field.", "Write a value that the message allows."],
  "bad-edit": [
    "An edit must not be done: the field is fixed, two edits overlap, or the record would be too long.",
    "Change the assignment; `--force` sets padding and fixed fields all the same.",
  ],
  "bad-address": [
    "A text is not an address of the task.",
    "Write a number, a register such as `$sp`, or a mapping that `ckpt maps` lists.",
  ],
  "bad-bytes": [
    "A text does not describe bytes, or is not a search pattern.",
    "Write one of the forms that the message lists.",
  ],
  "bad-poke": ["Two changes of memory overlap.", "Combine them, or leave one out."],
  "slow-pattern": ["A regular expression takes too long.", "Use a simpler expression."],
  "directory-exists": [
    "The directory for a dump exists, or there is a file of that name. Nothing is overwritten.",
    "Name a new directory.",
  ],
  "directory-not-empty": [
    "The directory for the memory holds files, which are not overwritten.",
    "Name a new directory.",
  ],
  "conversion-target": [
    "No image of this architecture can be converted to the version or kernel that is named.",
    "Name a version that has the architecture; `ckpt abi list` prints them.",
  ],
  "restart-target": [
    "The kernel that is to restart the image is not a kernel version, or the facts about it contradict each other.",
    "Name it with two or three numbers, such as 2.6.33; `ckpt verify --like` takes an image that it wrote.",
  ],
} as const satisfies Meanings;

/** Codes of {@link RefusalError}. */
const REFUSALS = {
  "broken-image": [
    "The edit would break the image; the error lists what would be wrong.",
    "Change the other fields that belong to it as well, or use `--force`.",
  ],
  "impossible-conversion": [
    "The image holds what the target cannot represent at all, or what no step of the converter rewrites.",
    "`ckpt convert --plan` lists the obstacles.",
  ],
  "lossy-conversion": [
    "The target version cannot hold everything that the image has.",
    "`ckpt convert --plan` lists what is lost; `--allow-loss` allows it.",
  ],
  "no-memory": [
    "The task has no memory in the image, or no task has.",
    "Choose another task; `ckpt maps` lists the address spaces.",
  ],
  "missing-page": [
    "Memory cannot be changed where the image has no page.",
    "Choose an address whose page is in the image; `ckpt peek` shows which are.",
  ],
  "missing-record": ["The image lacks a record without which there is no core.", "Choose another task."],
  "unsupported-architecture": ["Cores of this architecture are not described.", "Cores of it cannot be written."],
  "bad-mapping": ["An address space is one that no kernel has.", "`ckpt verify` shows what is wrong with it."],
  "too-large": [
    "The core would have more bytes than its format can address, or than the image can account for.",
    "Leave mappings out with `--exclude-vma`.",
  ],
} as const satisfies Meanings;

/** Codes of {@link InputError}. */
const INPUT = {
  "unreadable-file": ["A file cannot be opened or read.", "The message has the reason of the system."],
  "changed-file": [
    "Another program changed the file while it was open, so what is read of it is neither the old image nor a new one.",
    "Open the file again.",
  ],
  "no-image": [
    "The file is not a checkpoint image.",
    "The message says what it seems to be, and often how to get an image from it.",
  ],
  "damaged-image": [
    "The image is damaged, and the command needs all of it.",
    "`ckpt verify` lists all that is wrong; `ckpt info` and others read what comes before the damage.",
  ],
  "bad-text": ["A text of `ckpt decode` has a mistake.", "Look at the line and the path that the error names."],
} as const satisfies Meanings;

/** Codes of {@link OutputError}. */
const OUTPUT = {
  "unwritable-file": [
    "A file cannot be written. What was there before is still there.",
    "The message has the reason of the system.",
  ],
} as const satisfies Meanings;

export type ImageErrorCode = keyof typeof DAMAGE;
export type UsageErrorCode = keyof typeof USAGE;
export type RefusalErrorCode = keyof typeof REFUSALS;
export type InputErrorCode = keyof typeof INPUT;
type OutputErrorCode = keyof typeof OUTPUT;
export type ErrorCode =
  | AbiErrorCode
  | ImageErrorCode
  | UsageErrorCode
  | RefusalErrorCode
  | InputErrorCode
  | OutputErrorCode;

/** The facts about an error code. */
export interface CodeFacts {
  readonly code: ErrorCode;
  /** The class of the errors with this code. */
  readonly thrownAs: "UsageError" | "RefusalError" | "InputError" | "OutputError" | "ImageError" | "AbiError";
  readonly exit: ExitClass;
  /** Meaning in one or two sentences; for the codes of `ImageError`, what holds in a valid image. */
  readonly meaning: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** All codes, in the order in which the documentation lists them. */
export const ERROR_CODES: readonly CodeFacts[] = [
  ...factsOf("UsageError", "usage", USAGE),
  ...factsOf("RefusalError", "findings", REFUSALS),
  ...factsOf("InputError", "input", INPUT),
  ...factsOf("OutputError", "output", OUTPUT),
  ...Object.entries(DAMAGE).map(([code, meaning]) => ({
    ...{ code: code as ImageErrorCode, thrownAs: "ImageError" as const, exit: "input" as const },
    ...{ meaning, remedy: DAMAGE_REMEDY },
  })),
  ...factsOf("AbiError", "usage", ABI),
];

function factsOf(thrownAs: CodeFacts["thrownAs"], usual: ExitClass, meanings: Meanings): CodeFacts[] {
  return Object.entries(meanings).map(([code, [meaning, remedy, exit = usual]]) => ({
    ...{ code: code as ErrorCode, thrownAs, exit },
    ...{ meaning, remedy },
  }));
}
