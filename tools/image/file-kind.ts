/**
 * Identifies a file that is not an image, so that the message can say what to do. Loaded only when the first record is invalid. The table is our own:
 * libraries that know hundreds of kinds of files know neither these relatives of checkpoints nor the advice.
 */

import { membersOf } from "../../runtime/index.js";
import { fieldPlaceOf } from "./abi/fields.js";
import { copyBytes, type ImageSource, windowBytes } from "./bytes/source.js";
import { CRIU_COMMON, CRIU_INVENTORY, CRIU_MAGICS, CRIU_SERVICE } from "./criu-magics.js";
import { abisOf } from "./detect.js";
import { hex, hexPairs } from "./hex.js";
import type { Image } from "./image.js";

export interface FileKind {
  /** As a clause, e.g. `it is an ELF core file`. */
  readonly what: string;
  /** What to do with the file; `FILE` stands for its name. */
  readonly advice?: string;
  /** Whether the advice ends in a command that gives the image as its output. */
  readonly givesImage?: boolean;
}

/** Bytes at the start of a file that are examined. */
const HEAD_BYTES = 64 * 1024;

/**
 * Why a file is not an image, for a message; undefined for an image, even a damaged one.
 * Looks at nothing if the first record is valid.
 *
 * @param reader a command that reads an image from its input, for advice to a person in a shell, such as `ckpt info -`
 */
export function whyNone(image: Image, reader?: string): string | undefined {
  if (image.problems[0]?.offset !== 0) return undefined;
  const { source } = image;
  if (source.size === 0) return "it is empty";
  const kind = fileKindOf(source) ?? (image.isNone ? weakKindOf(source) : undefined);
  const found = `at offset 0 it has ${firstBytes(source)} instead of the type of ${HEADER}`;
  if (kind) return [kind.what, found, ...adviceOf(kind, reader)].join("; ");
  const problem = image.problems.at(-1);
  if (!image.isNone || !problem) return undefined;
  if (problem.code === "short-header") return `it has only ${source.size} bytes`;
  return problem.record === HEADER ? `it begins like one, but it has ${problem.message}` : found;
}

/** What to do with a file, if there is something. */
function adviceOf({ advice, givesImage }: FileKind, reader: string | undefined): string[] {
  if (advice === undefined) return [];
  return [givesImage && reader !== undefined ? `${advice} | ${reader}` : advice];
}

/** The first record of every image. */
const HEADER = "HEADER";

/** The kind of a file that its first bytes identify with certainty; otherwise undefined. */
export function fileKindOf(source: ImageSource): FileKind | undefined {
  const bytes = headBytes(source);
  return signed(bytes) ?? elfKind(bytes) ?? criuKind(bytes) ?? swappedImage(bytes);
}

/** Why a file is not the JSON text of an image; undefined if it may be a text with a mistake in it. */
export function kindInsteadOfText(source: ImageSource): string | undefined {
  if (source.size === 0) return "it is empty";
  if (beginsAt(headBytes(source), 0, headsOfImages()))
    return "it is the image itself; make a text of it: ckpt decode FILE -o TEXT";
  const kind = fileKindOf(source);
  return kind && [kind.what, ...adviceOf(kind, "ckpt encode - -o IMAGE")].join("; ");
}

/** The kind of a file that could also be a destroyed image. */
function weakKindOf(source: ImageSource): FileKind | undefined {
  const bytes = headBytes(source);
  return imageWithin(bytes) ?? emptyKind(bytes, source.size) ?? textKind(bytes);
}

function headBytes(source: ImageSource): Uint8Array {
  return copyBytes(source, 0, Math.min(source.size, HEAD_BYTES));
}

function firstBytes(source: ImageSource): string {
  return hexPairs(windowBytes(source, 0, Math.min(source.size, 4)));
}

/** What is said before the commands that unpack a file. */
const UNPACK = "unpack it first: ";

const unpack = (command: string) => UNPACK + command;

/** First bytes of file kinds, as Latin-1 text; `offset` if they are not at the start of the file. */
const SIGNATURES: readonly (readonly [bytes: string, what: string, advice?: string, offset?: number])[] = [
  ["\x1f\x8b", "compressed with gzip", unpack("gzip -dc FILE")],
  ["\x1f\x9d", "compressed with compress", unpack("gzip -dc FILE")],
  ["\xfd7zXZ\0", "compressed with xz", unpack("xz -dc FILE")],
  ["BZh", "compressed with bzip2", unpack("bzip2 -dc FILE")],
  ["\x28\xb5\x2f\xfd", "compressed with zstd", unpack("zstd -dc FILE")],
  ["\x04\x22\x4d\x18", "compressed with lz4", unpack("lz4 -dc FILE")],
  ["LZIP", "compressed with lzip", unpack("lzip -dc FILE")],
  ["\x89LZO\0\r\n\x1a\n", "compressed with lzop", unpack("lzop -dc FILE")],
  ["PK\x03\x04", "a zip archive", unpack("unzip -p FILE MEMBER")],
  ["PK\x05\x06", "an empty zip archive"],
  ["7z\xbc\xaf\x27\x1c", "a 7z archive", unpack("7z e -so FILE MEMBER")],
  ["!<arch>\n", "an ar archive", unpack("ar p FILE MEMBER")],
  ["070701", "a cpio archive", unpack("cpio -i --to-stdout MEMBER < FILE")],
  ["070702", "a cpio archive", unpack("cpio -i --to-stdout MEMBER < FILE")],
  ["070707", "a cpio archive", unpack("cpio -i --to-stdout MEMBER < FILE")],
  ["\xc7\x71", "a cpio archive", unpack("cpio -i --to-stdout MEMBER < FILE")],
  ["\x71\xc7", "a cpio archive", unpack("cpio -i --to-stdout MEMBER < FILE")],
  ["ustar", "a tar archive", unpack("tar -xOf FILE MEMBER"), 257],
  ["\xd4\xc3\xb2\xa1", "a capture of network packets (pcap)"],
  ["\xa1\xb2\xc3\xd4", "a capture of network packets (pcap)"],
  ["\x4d\x3c\xb2\xa1", "a capture of network packets (pcap)"],
  ["\xa1\xb2\x3c\x4d", "a capture of network packets (pcap)"],
  ["\x0a\x0d\x0d\x0a", "a capture of network packets (pcapng)"],
  ["DMTCP_CHECKPOINT_IMAGE", "a checkpoint of DMTCP", "dmtcp_restart is for it"],
  ["QEVM", "a saved machine of QEMU", "a checkpoint within it can be taken out by the machine itself"],
  ["QFI\xfb", "a disk image of QEMU", "mount it and name the file in it"],
  ["KDUMP   ", "a crash dump of a kernel", "crash reads it"],
  ["SQLite format 3\0", "a database of SQLite"],
  ["\x89PNG", "a picture (PNG)"],
  ["%PDF-", "a document (PDF)"],
];

function signed(bytes: Uint8Array): FileKind | undefined {
  for (const [signature, what, advice, offset = 0] of SIGNATURES)
    if (startsWith(bytes, signature, offset))
      return { what: `it is ${what}`, ...(advice !== undefined && { advice, givesImage: advice.startsWith(UNPACK) }) };
  return undefined;
}

function startsWith(bytes: Uint8Array, text: string, offset: number): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[offset + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** Kinds of ELF files by `e_type`. */
const ELF_KINDS: readonly FileKind[] = [
  { what: "it is an ELF file" },
  { what: "it is an ELF object file" },
  { what: "it is an ELF program" },
  { what: "it is an ELF program or library" },
  { what: "it is an ELF core file", advice: "gdb reads it: gdb PROGRAM FILE" },
];

const ELF_DATA = 5;
const ELF_TYPE = 16;

function elfKind(bytes: Uint8Array): FileKind | undefined {
  if (!startsWith(bytes, "\x7fELF", 0)) return undefined;
  const type = bytes.length < ELF_TYPE + 2 ? 0 : viewOf(bytes).getUint16(ELF_TYPE, bytes[ELF_DATA] !== 2);
  return ELF_KINDS[type] ?? ELF_KINDS[0];
}

function criuKind(bytes: Uint8Array): FileKind | undefined {
  if (bytes.length < 8) return undefined;
  const advice = "crit reads it: crit show FILE";
  for (const littleEndian of [true, false]) {
    const [first, second] = [0, 4].map((at) => viewOf(bytes).getUint32(at, littleEndian)) as [number, number];
    const magic = first === CRIU_COMMON || first === CRIU_SERVICE ? second : first;
    const name = CRIU_MAGICS.get(magic);
    // Images of the first version do not begin with the common word.
    if (first === magic && name !== undefined && magic !== CRIU_INVENTORY)
      return { what: `it is an image of CRIU (${name}), of its first format`, advice };
    if (name !== undefined) return { what: `it is an image of CRIU (${name})`, advice };
    if (first !== magic) return { what: "it is an image of CRIU", advice };
  }
  return undefined;
}

/** First bytes of an image; undefined where they differ between images. */
type HeadOfImage = readonly (number | undefined)[];

/** Heads of images in both byte orders: type of the first record, and magic number. */
function headsOfImages(): HeadOfImage[] {
  return [true, false].flatMap((littleEndian) => {
    const abi = abisOf().find(({ target }) => target.littleEndian === littleEndian);
    const struct = abi?.structOfKey("ckpt_hdr_header");
    const magic = struct && membersOf(struct).at("magic")?.meaning.const;
    const place = abi && struct && fieldPlaceOf(struct, "magic");
    const type = abi?.recordNumber(HEADER);
    if (!place || magic === undefined || type === undefined) return [];
    const view = new DataView(new ArrayBuffer(place.offset + place.size));
    view.setUint32(0, type, littleEndian);
    view.setBigUint64(place.offset, BigInt(magic), littleEndian);
    const isKnown = (at: number) => at < 4 || at >= place.offset;
    return [Array.from({ length: view.byteLength }, (_, at) => (isKnown(at) ? view.getUint8(at) : undefined))];
  });
}

function beginsAt(bytes: Uint8Array, offset: number, heads: readonly HeadOfImage[]): boolean {
  return heads.some((head) => head.every((byte, i) => byte === undefined || bytes[offset + i] === byte));
}

/** Sizes of groups of bytes that a tool may have swapped, with the command that swaps them back. */
const SWAPS: readonly (readonly [width: number, advice: string, givesImage: boolean])[] = [
  [2, "swap them back: dd conv=swab if=FILE", true],
  [4, "swap them back: objcopy -I binary -O binary --reverse-bytes=4 FILE OUT", false],
  [8, "swap them back: objcopy -I binary -O binary --reverse-bytes=8 FILE OUT", false],
];

/** Recognises an image whose bytes were swapped in groups. (An image of the other byte order is readable as it is.) */
function swappedImage(bytes: Uint8Array): FileKind | undefined {
  const heads = headsOfImages();
  for (const [width, advice, givesImage] of SWAPS) {
    const turned = bytes.slice(0, 32).map((_, i, head) => head[i - (i % width) + width - 1 - (i % width)] ?? 0);
    if (beginsAt(turned, 0, heads)) return { what: `its bytes are swapped in groups of ${width}`, advice, givesImage };
  }
  return undefined;
}

/** Recognises an image that is preceded by other bytes, e.g. from a terminal or a protocol. */
function imageWithin(bytes: Uint8Array): FileKind | undefined {
  const heads = headsOfImages();
  for (let offset = 1; offset < bytes.length; offset++)
    if (beginsAt(bytes, offset, heads))
      return {
        what: `an image begins at offset ${offset}, after other bytes`,
        advice: `leave out what is in front: tail -c +${offset + 1} FILE`,
        givesImage: true,
      };
  return undefined;
}

function emptyKind(bytes: Uint8Array, size: number): FileKind | undefined {
  if (bytes.length === 0 || bytes.some((byte) => byte !== bytes[0])) return undefined;
  const byte = bytes[0] === 0 ? "zero" : hex(bytes[0] as number, 2);
  return { what: `${size > bytes.length ? `its first ${bytes.length}` : `all its ${size}`} bytes are ${byte}` };
}

/** Bytes at the start of a text that are examined. */
const TEXT = 4096;

function textKind(bytes: Uint8Array): FileKind | undefined {
  const head = bytes.subarray(0, TEXT);
  if (startsWith(head, "\xff\xfe", 0) || startsWith(head, "\xfe\xff", 0)) {
    const encoding = head[0] === 0xff ? "utf-16le" : "utf-16be";
    return isText(new TextDecoder(encoding).decode(head, { stream: bytes.length > TEXT }))
      ? { what: "it is a text in UTF-16" }
      : undefined;
  }
  const text = new TextDecoder("utf-8").decode(head, { stream: bytes.length > TEXT });
  if (!isText(text)) return isOneByteText(head) ? { what: "it is a text in an encoding other than UTF-8" } : undefined;
  if (/"format":\s*"ckpt-text\//.test(text))
    return {
      what: "it is the text of one, as ckpt decode writes it",
      advice: "make an image of it: ckpt encode FILE -o IMAGE",
    };
  if (/^\s*[[{]/.test(text)) return { what: "it is a text, probably JSON" };
  return { what: "it is a text" };
}

/** Whether there are no control characters but those of texts, and nothing that could not be decoded. */
function isText(text: string): boolean {
  return /^[\t\n\f\r\x1b -~\u00a0-\ufffc\u{10000}-\u{10ffff}]*$/u.test(text);
}

/** Whether bytes could be a text in Latin-1, a code page of Windows or the like: at least half is ASCII, without control characters. */
function isOneByteText(bytes: Uint8Array): boolean {
  let ascii = 0;
  for (const byte of bytes) {
    if (byte >= 0x80) continue;
    if (!isText(String.fromCharCode(byte))) return false;
    ascii++;
  }
  return 2 * ascii >= bytes.length;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
