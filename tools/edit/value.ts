/** Converts values of fields to text and back: {@link encodeValue} turns the output of {@link fieldText} into the same bytes. */
import { concatUint8Arrays, hexToUint8Array, uint8ArrayToHex } from "uint8array-extras";
import { ALLOWED, encodeEscaped, type ScalarType } from "../../runtime/index.js";
import { scalar } from "../../runtime/scalars.js";
import { UsageError } from "../errors/usage-error.js";
import { byteAddressText, parseIpv6 } from "../model/address-text.js";
import type { Field, FieldValue } from "./field.js";
import { numberText, parseLiteral, parseNumber } from "./number-text.js";
import { bareOrQuoted, parseText } from "./quoted-text.js";

/** Text of a value: numbers with their names, arrays in brackets, texts bare or in quotes, bytes in hexadecimal. */
export function fieldText(field: Field, value: FieldValue = field.read()): string {
  if (typeof value === "string") return bareOrQuoted(value);
  if (value instanceof Uint8Array) return bytesText(value, field.meaning?.format);
  if (typeof value === "object") return `[${value.map((element, i) => one(field, element, i)).join(", ")}]`;
  return one(field, value);
}

/** @param place index of the number in an array */
function one(field: Field, value: number | bigint, place?: number): string {
  const { type, image, meaning } = field;
  if (type === "f32" || type === "f64")
    return pointedFloatText(place === undefined ? field : field.element(place), Number(value));
  return numberText(image.format.abi, value, meaning, (scalar(type)?.size ?? 0) * 8);
}

function bytesText(bytes: Uint8Array, format: string | undefined): string {
  if (bytes.length === 0) return '""';
  return byteAddressText(format, bytes) ?? uint8ArrayToHex(bytes);
}

/** A number with a point or an exponent. Numbers without such a text, such as most NaNs, are given as their bits. */
function pointedFloatText(field: Field, value: number): string {
  if (!Number.isFinite(value)) return `0x${uint8ArrayToHex(bigEndian(field))}`;
  const text = Object.is(value, -0) ? "-0" : String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function bigEndian(field: Field): Uint8Array {
  const bytes = field.bytes();
  return field.image.format.littleEndian ? bytes.reverse() : bytes;
}

export interface EncodedValue {
  readonly bytes: Uint8Array;
  /** Why the value is unusual. */
  readonly warnings: readonly string[];
}

/**
 * Encodes the value of a field. Only a field of free length may change its number of bytes.
 *
 * @param text as {@link fieldText} prints it, or in one of the other forms of a number
 * @param fill allows a text to fill a fixed array to its last byte, without a NUL
 * @throws {UsageError} (`bad-value`) when the text is not a value of the field
 */
export function encodeValue(field: Field, text: string, { fill = false } = {}): EncodedValue {
  const trimmed = text.trim();
  switch (field.kind) {
    case "group":
      throw new UsageError("bad-value", "it is a group of fields, which has no value of its own");
    case "text":
      return { bytes: encodeFieldText(field, parseText(text), fill), warnings: [] };
    case "bytes":
      return { bytes: encodeBytes(field, trimmed), warnings: [] };
    case "number":
      return encodeNumbers(field, [trimmed]);
    case "numbers":
      return encodeNumbers(field, listOf(field, trimmed));
  }
}

function listOf(field: Field, text: string): string[] {
  const inner = /^\[(.*)\]$/s.exec(text)?.[1];
  if (inner === undefined)
    throw new UsageError("bad-value", `expected a list of ${field.length} numbers such as [1, 2, 3]`);
  const items = inner.trim() === "" ? [] : inner.split(",").map((item) => item.trim());
  if (items.length !== field.length)
    throw new UsageError(
      "bad-value",
      `it takes ${field.length} numbers, not ${items.length}; their count cannot change`,
    );
  return items;
}

function encodeNumbers(field: Field, texts: readonly string[]): EncodedValue {
  const { type, image, meaning } = field;
  const width = scalar(type) as NonNullable<ReturnType<typeof scalar>>;
  const bytes = new Uint8Array(texts.length * width.size);
  const view = new DataView(bytes.buffer);
  const { littleEndian, abi } = image.format;
  const warnings: string[] = [];
  for (const [i, text] of texts.entries()) {
    const own = texts.length === 1 && field.kind === "number" ? field : field.element(i);
    if (type === "f32" || type === "f64") {
      bytes.set(encodeFloat(text, type, width.size, littleEndian), i * width.size);
      continue;
    }
    const bits = width.size * 8;
    const current = () => BigInt.asUintN(bits, BigInt(own.read() as number | bigint));
    const parsed =
      meaning?.format === "float64" && /^[+-]?[\d.]*\.[\d.]*(e[+-]?\d+)?$/i.test(text)
        ? { value: new BigUint64Array(new Float64Array([floatOf(text)]).buffer)[0] as bigint }
        : parseNumber(abi, text, meaning, current);
    if ("warning" in parsed && parsed.warning !== undefined) warnings.push(parsed.warning);
    const signed =
      type.startsWith("s") && meaning?.flags !== undefined ? BigInt.asIntN(bits, parsed.value) : parsed.value;
    const value = width.size === 8 ? signed : Number(signed);
    if (!width.fits(value)) throw new UsageError("bad-value", `it takes ${allowed(type)}, not ${text}`);
    width.write(view, i * width.size, value, littleEndian);
  }
  return { bytes, warnings };
}

/** What a number of this width can be, for messages. */
export function allowed(type: string): string {
  if (type === "char") return ALLOWED.u8;
  return ALLOWED[type as ScalarType].replace("a bigint", "an integer").replace(/(\d)n\b/g, "$1");
}

/** Parses a number with a point or an exponent, or its bits as an integer. */
function encodeFloat(text: string, type: "f32" | "f64", size: number, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  const bits = parseLiteral(text);
  if (bits !== undefined) {
    if (bits !== BigInt.asUintN(size * 8, bits))
      throw new UsageError("bad-value", `${text} has more than the ${size * 8} bits of the number`);
    if (size === 4) view.setUint32(0, Number(bits), littleEndian);
    else view.setBigUint64(0, bits, littleEndian);
    return bytes;
  }
  const value = floatOf(text);
  if (type === "f32" && Math.fround(value) !== value)
    throw new UsageError("bad-value", `it takes ${ALLOWED.f32}, not ${text}`);
  if (type === "f32") view.setFloat32(0, value, littleEndian);
  else view.setFloat64(0, value, littleEndian);
  return bytes;
}

function floatOf(text: string): number {
  const value = Number(text);
  if (text === "" || Number.isNaN(value))
    throw new UsageError("bad-value", `expected a number, found ${JSON.stringify(text)}`);
  return value;
}

/**
 * The bytes of a text. A NUL ends every text of the format, so a text with one in it is refused. The exception is a name of a unix socket that begins
 * with a NUL: its length is in the record, so it may have others, but none at its end, where the array is filled up with them.
 *
 * @param fill allows a text to fill a fixed array to its last byte, without a NUL
 * @throws {UsageError} (`bad-value`) when the field cannot hold the text
 */
export function encodeFieldText(field: Field, text: string, fill: boolean): Uint8Array {
  const bytes = encodeEscaped(text);
  if (typeof bytes === "string") throw new UsageError("bad-value", bytes);
  const current = field.bytes();
  // An unchanged value keeps its bytes exactly.
  if (text === field.read()) return current;
  refuseNul(field, bytes);
  if (field.isFree)
    return current.length > 0 && current.at(-1) !== 0 ? bytes : concatUint8Arrays([bytes, Uint8Array.of(0)]);
  const room = fill ? field.size : Math.max(0, field.size - 1);
  if (bytes.length > room)
    throw new UsageError(
      "bad-value",
      `the text takes ${bytes.length} bytes, and its array has room for ${room}${fill ? "" : " and a closing NUL"}`,
    );
  const padded = new Uint8Array(field.size);
  padded.set(bytes);
  return padded;
}

function refuseNul(field: Field, bytes: Uint8Array): void {
  const at = bytes.indexOf(0);
  if (at < 0) return;
  if (at > 0 || !field.mayBeginWithNul)
    throw new UsageError("bad-value", `byte ${at} of the text is a NUL, which ends the text in the image`);
  if (bytes.at(-1) === 0)
    throw new UsageError("bad-value", "the last byte of the text is a NUL, and its array is filled up with NULs");
}

function encodeBytes(field: Field, text: string): Uint8Array {
  const address = field.meaning?.format === "ipv6" ? parseIpv6(text) : undefined;
  return fitting(field, address ?? bytesOf(text));
}

/**
 * Bytes as the value of a field.
 *
 * @throws {UsageError} (`bad-value`) when the field has another size, which cannot change
 */
export function fitting(field: Field, bytes: Uint8Array): Uint8Array {
  if (field.isFree || bytes.length === field.size) return bytes;
  throw new UsageError("bad-value", `it takes ${field.size} bytes, not ${bytes.length}; their number cannot change`);
}

/** Parses hexadecimal digits, with or without `:` or spaces between the bytes; a list of numbers; or a text in quotes. */
function bytesOf(text: string): Uint8Array {
  if (text.startsWith('"')) {
    const bytes = encodeEscaped(parseText(text));
    if (typeof bytes === "string") throw new UsageError("bad-value", bytes);
    return bytes;
  }
  const list = /^\[(.*)\]$/s.exec(text)?.[1];
  if (list !== undefined) {
    const numbers = list.trim() === "" ? [] : list.split(",").map((item) => parseLiteral(item.trim()) ?? -1n);
    if (numbers.some((number) => number < 0n || number > 255n))
      throw new UsageError("bad-value", "expected numbers from 0 to 255 in the brackets");
    return Uint8Array.from(numbers, Number);
  }
  const digits = text.replace(/[\s:]/g, "");
  if (!/^([\da-f]{2})*$/i.test(digits))
    throw new UsageError(
      "bad-value",
      "expected bytes in hexadecimal such as 00ff17, two digits each, or a text in quotes",
    );
  return hexToUint8Array(digits);
}
