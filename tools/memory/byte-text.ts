/** Parses bytes such as `de ad be ef`, `"text"`, `u32:5,0x10` (in the byte order of the image). */
import { concatUint8Arrays, hexToUint8Array, stringToUint8Array } from "uint8array-extras";
import { isS8, isS16, isS32, isS64, isU8, isU16, isU32, isU64 } from "../../runtime/integers.js";
import { scalar } from "../../runtime/scalars.js";
import { UsageError } from "../errors/usage-error.js";
import type { ImageFormat } from "../image/abi/format.js";

/**
 * The error for a text that is not bytes, or not a pattern.
 *
 * @param reason why the text is not bytes, or not a pattern; it follows the text in the message
 */
export function badBytes(text: string, reason: string): UsageError {
  return new UsageError(
    "bad-bytes",
    `${JSON.stringify(text.length > MAX_QUOTED_LENGTH ? `${text.slice(0, MAX_QUOTED_LENGTH)}…` : text)} ${reason}`,
  );
}

/** Maximum number of characters that a message quotes. */
const MAX_QUOTED_LENGTH = 80;

/** Forms that {@link parseBytes} accepts, for messages. */
export const BYTE_FORMS = 'hex digits such as deadbeef, "text" in quotes, numbers such as u32:5';

/**
 * Parses bytes.
 *
 * @throws {UsageError} (`bad-bytes`) when the text has none of the forms
 */
export function parseBytes(text: string, format: ImageFormat): Uint8Array {
  const bytes = parseNumbers(text, format) ?? parseQuoted(text) ?? parseHex(text);
  if (!bytes) throw badBytes(text, `does not describe bytes; they are ${BYTE_FORMS}`);
  if (bytes.length === 0) throw badBytes(text, "is empty");
  return bytes;
}

const FITS: Readonly<Record<string, (value: unknown) => boolean>> = {
  u8: isU8,
  u16: isU16,
  u32: isU32,
  u64: isU64,
  s8: isS8,
  s16: isS16,
  s32: isS32,
  s64: isS64,
};

/** Parses numbers that follow their width; `word` is the width of a `long` of the image. Undefined if the text does not begin with a width. */
function parseNumbers(text: string, format: ImageFormat): Uint8Array | undefined {
  const [, name = "", list = ""] = /^([us](?:8|16|32|64)|word):(.*)$/s.exec(text.trim()) ?? [];
  const width = name === "word" ? `u${format.wordSize * 8}` : name;
  const type = scalar(width);
  const fits = FITS[width];
  if (!type || !fits) return undefined;
  const numbers = list.split(",").map((item) => {
    const [, sign, digits] = /^(-?)(0x[0-9a-f]+|\d+)$/i.exec(item.trim()) ?? [];
    if (digits === undefined)
      throw badBytes(text, `has ${JSON.stringify(item)} where a number such as 5 or 0x10 should be`);
    const value = sign === "-" ? -BigInt(digits) : BigInt(digits);
    const number = type.size === 8 ? value : Number(value);
    if (!fits(number)) throw badBytes(text, `has ${item.trim()}, which does not fit into ${width}`);
    return number;
  });
  const bytes = new Uint8Array(numbers.length * type.size);
  const view = new DataView(bytes.buffer);
  for (const [i, number] of numbers.entries()) type.write(view, i * type.size, number, format.littleEndian);
  return bytes;
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, "0": 0, "\\": 92, '"': 34 };

/**
 * Parses a text in quotes to UTF-8, with `\n`, `\r`, `\t`, `\0`, `\\` and `\"` as in C, `\x7f` for a byte and `\u{e9}` for a character. Undefined if
 * there are no quotes around it.
 */
function parseQuoted(text: string): Uint8Array | undefined {
  const [, inner] = /^\s*"(.*)"\s*$/s.exec(text) ?? [];
  if (inner === undefined) return undefined;
  const parts = inner.split(/(\\x[0-9a-f]{2}|\\u\{[0-9a-f]{1,6}\}|\\.)/is).map((part) => {
    if (!part.startsWith("\\")) return stringToUint8Array(part);
    const byte = ESCAPES[part.slice(1)];
    if (byte !== undefined) return Uint8Array.of(byte);
    const code = Number.parseInt(part.replace(/^..|[{}]/g, ""), 16);
    if (/^\\x./i.test(part)) return Uint8Array.of(code);
    if (/^\\u\{/i.test(part) && code <= 0x10ffff) return stringToUint8Array(String.fromCodePoint(code));
    throw badBytes(text, `has ${part}, which has no meaning`);
  });
  return concatUint8Arrays(parts);
}

function parseHex(text: string): Uint8Array | undefined {
  const digits = text.replace(/\s+/g, "");
  return /^(?:[0-9a-f]{2})+$/i.test(digits) ? hexToUint8Array(digits) : undefined;
}
