/** Encodes values that programs give: the values themselves, not the notation in which people write them. */
import { decodeEscaped } from "../../runtime/index.js";
import { scalar } from "../../runtime/scalars.js";
import { shown } from "../../runtime/shown.js";
import { UsageError } from "../errors/usage-error.js";
import { withoutPadding } from "../image/abi/c-text.js";
import type { Field } from "./field.js";
import { namelessWarning } from "./number-text.js";
import type { Path } from "./path.js";
import { allowed, type EncodedValue, encodeFieldText, encodeValue, fitting } from "./value.js";

/**
 * A new value of a field:
 *
 * - of a text, the string itself, without quotes or escapes, or its bytes;
 * - of a number, a number or bigint, or a string with what `ckpt set` takes, such as the name of an enumerator;
 * - of an array of numbers, all of its numbers;
 * - of bytes, a `Uint8Array`, or the numbers of the bytes.
 */
export type NewValue = number | bigint | string | Uint8Array | readonly (number | bigint)[];

/** A new value of a field, as a program gives it. */
export interface LiteralAssignment {
  readonly path: Path;
  readonly literal: NewValue;
}

/**
 * Encodes the value of a field. What {@link Field.read} gives becomes the bytes that the field has.
 *
 * @param fill allows a text to fill a fixed array to its last byte, without a NUL
 * @throws {UsageError} (`bad-value`) when the field cannot hold the value
 */
export function encodeLiteral(field: Field, value: NewValue, { fill = false } = {}): EncodedValue {
  switch (field.kind) {
    case "group":
      throw new UsageError("bad-value", "it is a group of fields, which has no value of its own");
    case "text":
      return { bytes: encodeFieldText(field, textOf(value), fill), warnings: [] };
    case "bytes":
      return { bytes: fitting(field, bytesOf(field, value)), warnings: [] };
    case "number":
      return typeof value === "string" ? encodeValue(field, value) : encodeNumbers(field, [value], () => field);
    case "numbers":
      if (Array.isArray(value) && value.length === field.length)
        return encodeNumbers(field, value, (i) => field.element(i));
      throw new UsageError("bad-value", `it takes an array of ${field.length} numbers, not ${shown(value)}`);
  }
}

/** The text with these bytes, which may be filled up with NULs as in the image. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array) return decodeEscaped(withoutPadding(value));
  throw new UsageError("bad-value", `it takes a string, or a Uint8Array with its bytes, not ${shown(value)}`);
}

function bytesOf(field: Field, value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (Array.isArray(value) && value.every((byte) => Number.isInteger(Number(byte)) && byte >= 0 && byte <= 255))
    return Uint8Array.from(value, Number);
  const count = field.isFree ? "" : ` of ${field.size} bytes`;
  const found = Array.isArray(value) ? "an array with something else in it" : shown(value);
  throw new UsageError(
    "bad-value",
    `it takes a Uint8Array${count}, or an array of numbers from 0 to 255, not ${found}`,
  );
}

/** @param places the single numbers of the field */
function encodeNumbers(field: Field, values: readonly unknown[], places: (i: number) => Field): EncodedValue {
  const width = scalar(field.type) as NonNullable<ReturnType<typeof scalar>>;
  const { littleEndian, abi } = field.image.format;
  const bytes = field.bytes();
  const view = new DataView(bytes.buffer);
  const warnings: string[] = [];
  for (const [i, value] of values.entries()) {
    // An unchanged value keeps its bytes exactly: there are many encodings of NaN.
    if (Object.is(value, places(i).read())) continue;
    const number = numberOf(value, field.type, width.size);
    if (!width.fits(number)) throw new UsageError("bad-value", `it takes ${allowed(field.type)}, not ${shown(value)}`);
    width.write(view, i * width.size, number, littleEndian);
    if (field.type.startsWith("f")) continue;
    const warning = namelessWarning(abi, BigInt(number as number | bigint), field.meaning);
    if (warning !== undefined) warnings.push(warning);
  }
  return { bytes, warnings };
}

/** The number as its width represents it: 64 bits as a bigint, others as a number. Undefined if it is none. */
function numberOf(value: unknown, type: string, size: number): number | bigint | undefined {
  if (type === "f32" || type === "f64") return typeof value === "number" ? value : undefined;
  if (typeof value !== "bigint" && !Number.isSafeInteger(value)) return undefined;
  return size === 8 ? BigInt(value as number | bigint) : Number(value);
}
