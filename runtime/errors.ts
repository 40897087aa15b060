/**
 * The base class of all errors of this package, and the errors of codecs and of look-ups by name. Each error carries the facts of its message as
 * properties. Compare `code` rather than using `instanceof`: that works across copies of this package.
 */

import { isOffset } from "./integers.js";
import { shown, typeName } from "./shown.js";

/**
 * The kind of failure. Programs decide by it what to do, and `ckpt` chooses its exit code by it.
 *
 * - `findings` (1): the request is valid, but what was found in the image prevents it.
 * - `usage` (2): the request is invalid, or names something that does not exist.
 * - `input` (3): the input cannot be read.
 * - `output` (4): the output cannot be written.
 */
export type ExitClass = "findings" | "usage" | "input" | "output";

/** Where an error is, as far as it is known. */
export interface ErrorPlace {
  /** Offset in bytes from the start of the image or the buffer. */
  readonly offset?: number | undefined;
  /** Name of the record, e.g. `VMA`. */
  readonly record?: string | undefined;
  /** Path of the field in a struct, an image or a text, e.g. `h.len`, `task[0].comm` or `.records[3].fields.vm_start`. */
  readonly path?: string | undefined;
  /** Name of the file; `-` for the standard input. */
  readonly file?: string | undefined;
  /** Line of a text, from 1. */
  readonly line?: number | undefined;
  /** Column in the line or in the path, in characters from 1. */
  readonly column?: number | undefined;
}

/** Base of all errors that this package throws on purpose; any other error is a fault of the package or of its caller. */
export abstract class CkptError extends Error {
  /** Stable, in kebab-case: programs may rely on it. `docs/errors.md` lists the codes of the package. */
  abstract readonly code: string;
  abstract readonly exit: ExitClass;

  constructor(
    message: string,
    readonly place: ErrorPlace = {},
  ) {
    super(message);
  }

  override get name(): string {
    return this.constructor.name;
  }
}

/** What an error of a codec is about: the struct, and the version and architecture it was used for. */
export interface Subject {
  /** C name of the struct, e.g. `ckpt_hdr_vma`. */
  readonly struct: string;
  /** `version/arch`, e.g. `v19/x86_32`. */
  readonly abi: string;
}

export type AbiErrorCode =
  | "short-buffer"
  | "not-bytes"
  | "not-integer"
  | "wrong-argument"
  | "out-of-range"
  | "missing-field"
  | "lossy-text"
  | "union-conflict"
  | "not-implemented"
  | "unknown-name";

/** Base of the errors of codecs and of look-ups by name. */
export abstract class AbiError extends CkptError {
  abstract override readonly code: AbiErrorCode;
  readonly exit: ExitClass = "usage";
}

/** The buffer ends before the struct does, or the offset is invalid. Nothing was read or written. */
export class ShortBufferError extends AbiError {
  readonly code = "short-buffer";
  override readonly exit = "input";

  constructor(
    readonly subject: Subject,
    /** Offset of the struct in the buffer. */
    readonly offset: number,
    /** Bytes that the struct takes. */
    readonly needed: number,
    /** Bytes that the buffer has from that offset on. */
    readonly available: number,
  ) {
    super(
      isOffset(offset)
        ? `${subject.struct} (${subject.abi}) takes ${needed} bytes at offset ${offset}, but the buffer has ${available}`
        : `${subject.struct} (${subject.abi}) takes an offset that is a whole number from 0 on, not ${shown(offset)}`,
      isOffset(offset) ? { offset } : {},
    );
  }
}

/** The argument to read from or write to is neither a `DataView` nor a `Uint8Array`. */
export class NotBytesError extends AbiError {
  readonly code = "not-bytes";

  constructor(
    readonly subject: Subject,
    readonly value: unknown,
  ) {
    super(`${subject.struct} (${subject.abi}) takes a DataView or a Uint8Array, not ${typeName(value)}`);
  }
}

/** The value whose bits are asked for is not an integer. */
export class NotIntegerError extends AbiError {
  readonly code = "not-integer";

  constructor(readonly value: unknown) {
    super(`expected an integer whose bits have names, found ${shown(value)}`);
  }
}

/** A function was given something else than it takes. */
export class WrongArgumentError extends AbiError {
  readonly code = "wrong-argument";

  constructor(
    /** What the function takes, in words. */
    readonly expected: string,
    readonly value: unknown,
  ) {
    super(`expected ${expected}, found ${shown(value)}`);
  }
}

/** A value does not fit its field. Nothing was written. */
export class OutOfRangeError extends AbiError {
  readonly code = "out-of-range";

  constructor(
    readonly subject: Subject,
    /** Path of the field, e.g. `h.len` or `rlim[3].rlim_cur`; empty for the struct as a whole. */
    readonly field: string,
    readonly value: unknown,
    /** What would be accepted, e.g. `an integer from 0 to 65535`. */
    readonly allowed: string,
  ) {
    super(`${place(subject, field)} takes ${allowed}, not ${shown(value)}`, { path: field });
  }
}

/** A field that this layout has is missing from the value. Nothing was written. */
export class MissingFieldError extends AbiError {
  readonly code = "missing-field";

  constructor(
    readonly subject: Subject,
    readonly field: string,
    readonly allowed: string,
  ) {
    super(`${place(subject, field)} is missing: it takes ${allowed}`, { path: field });
  }
}

/** A string would not decode to the same string: it is too long, or has characters that no bytes decode to. Nothing was written. */
export class LossyTextError extends AbiError {
  readonly code = "lossy-text";

  constructor(
    readonly subject: Subject,
    readonly field: string,
    readonly value: string,
    readonly allowed: string,
    readonly why: string,
  ) {
    super(`${subject.struct}.${field} (${subject.abi}) takes ${allowed}, not ${shown(value)}: ${why}`, { path: field });
  }
}

/** Two given members of a union ask for different bytes. Nothing was written. */
export class UnionConflictError extends AbiError {
  readonly code = "union-conflict";

  constructor(
    readonly subject: Subject,
    readonly field: string,
    readonly first: string,
    readonly second: string,
  ) {
    super(
      `${subject.struct}.${field} (${subject.abi}): the union members ${first} and ${second} disagree; give only the one that is meant`,
      { path: field },
    );
  }
}

/** The architecture does not have this struct or number in this version. */
export class NotImplementedError extends AbiError {
  readonly code = "not-implemented";

  constructor(
    /** C name of the struct, or `arch_id`. */
    readonly struct: string,
    readonly version: string,
    readonly arch: string,
    readonly reason: string,
  ) {
    super(`${struct} is not implemented on ${arch} in ${version}: ${reason}`);
  }
}

/** No struct, version or architecture has this name. */
export class UnknownNameError extends AbiError {
  readonly code = "unknown-name";

  constructor(
    /** What was looked up: `struct`, `version`, `arch`, … */
    readonly kind: string,
    readonly unknown: string,
    /** All names that exist, so that callers can suggest the nearest. */
    readonly known: readonly string[],
    detail = "",
    place: ErrorPlace = {},
  ) {
    super(`unknown ${kind} ${shown(unknown)}${detail && `: ${detail}`}${otherCase(unknown, known)}`, place);
  }
}

/** The known name that differs from an unknown one in upper and lower case alone, for a message. */
function otherCase(unknown: unknown, known: readonly string[]): string {
  const lower = String(unknown).toLowerCase();
  const meant = known.find((name) => name.toLowerCase() === lower);
  return meant === undefined ? "" : `; did you mean ${meant}?`;
}

function place(subject: Subject, field: string): string {
  return `${subject.struct}${field && `.${field}`} (${subject.abi})`;
}
