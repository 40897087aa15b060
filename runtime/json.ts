/**
 * Structs as JSON and back, without loss. 64-bit numbers are decimal strings, `char` arrays are texts, byte arrays are hexadecimal digits. It is the
 * form of the fields in the JSON text of an image, without the names that the text gives to numbers.
 *
 * The form follows the values that the codec decodes, so it needs no description of the struct: any codec has it, and a program carries nothing for
 * structs that it does not use.
 */
import type { AnyCodec } from "./abi.js";
import type { StructCodec } from "./codec.js";
import { LossyTextError, UnknownNameError, WrongArgumentError } from "./errors.js";
import { hexDigits, parseHexDigits } from "./hex-digits.js";
import { encodeEscaped, isFaithful, readText } from "./text.js";

/** A value of JSON, as {@link toJson} makes it. */
export type JsonValue = string | number | JsonValue[] | JsonObject;

/** A JSON object, as {@link toJson} makes it: fields by their C names. */
export interface JsonObject {
  [name: string]: JsonValue;
}

/**
 * A struct as JSON, from which {@link fromJson} makes the same struct. All members of a union are there.
 *
 * - A number is a JSON number; of 64 bits, a string of decimal digits. `NaN`, `Infinity`, `-Infinity` and `-0`, which JSON does not have, are strings.
 * - A `char` array is a string as `decode` gives it. If it has U+FFFD, with which programs replace what they cannot decode, it is an object with the
 *   bytes: `{ hex: "efbfbd" }`.
 * - A byte array is a string of two hexadecimal digits per byte.
 * - An array, a nested struct and a union are a JSON array and a JSON object.
 *
 * @throws {AbiError} when `encode` would not accept the value
 * @throws {WrongArgumentError} when the codec is none
 * @example JSON.stringify(toJson(ckptHdrVma, vma))
 */
export function toJson<T extends object>(codec: StructCodec<T>, value: T): JsonObject {
  refuseNoCodec(codec);
  return objectToJson(codec.decode(codec.toBytes(value)));
}

/**
 * The struct that {@link toJson} made JSON from. Integers of 64 bits may also be JSON numbers up to 2^53. Of the members of a union, one suffices.
 *
 * @param json what `JSON.parse` gives; it may be anything
 * @throws {WrongArgumentError} when the codec is none
 * @throws {UnknownNameError} when the struct has no such field
 * @throws {MissingFieldError} when a field is missing
 * @throws {OutOfRangeError} when a value has another form or does not fit its field
 * @throws {LossyTextError} when a text is too long for its field, or was damaged
 * @throws {UnionConflictError} when members of a union disagree
 * @example fromJson(ckptHdrVma, JSON.parse(text))
 */
export function fromJson<T extends object>(codec: StructCodec<T>, json: unknown): T {
  refuseNoCodec(codec);
  // The struct of zeros shows which form each field has; the ranges of the numbers and the lengths of texts are checked by encoding.
  const shape = codec.decode(new Uint8Array(codec.size));
  return codec.decode(codec.toBytes(objectFromJson(codec, "", json, shape) as T));
}

/** @throws {WrongArgumentError} when a value is no codec */
function refuseNoCodec(codec: unknown): void {
  const { decode, toBytes } = (codec ?? {}) as { readonly decode?: unknown; readonly toBytes?: unknown };
  if (typeof decode !== "function" || typeof toBytes !== "function")
    throw new WrongArgumentError("the codec of a struct", codec);
}

function objectToJson(value: object): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, valueToJson(field)]));
}

function valueToJson(value: unknown): JsonValue {
  switch (typeof value) {
    case "bigint":
      return String(value);
    case "number":
      return Object.keys(SPECIAL_NUMBERS).find((name) => Object.is(SPECIAL_NUMBERS[name], value)) ?? value;
    case "string":
      return isFaithful(value) ? value : { hex: hexDigits(encodeEscaped(value) as Uint8Array) };
    default:
      if (value instanceof Uint8Array) return hexDigits(value);
      return Array.isArray(value) ? value.map(valueToJson) : objectToJson(value as object);
  }
}

/** Floating point numbers that JSON does not have, by the strings that stand for them. */
export const SPECIAL_NUMBERS: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity,
  "-Infinity": -Infinity,
  "-0": -0,
};

/** At most as many digits as the integers of 64 bits have. */
const DECIMAL = /^(?:0|-?[1-9]\d{0,19})$/;

/**
 * Converts a value of JSON.
 *
 * @param path path of the value in the struct, for messages
 * @param shape the value in a struct of zeros
 */
function valueFromJson(codec: AnyCodec, path: string, json: unknown, shape: unknown): unknown {
  switch (typeof shape) {
    case "bigint":
      if (Number.isSafeInteger(json) || (typeof json === "string" && DECIMAL.test(json))) return BigInt(json as string);
      throw codec.refuse(path, "an integer as a string of decimal digits", json);
    case "number":
      if (typeof json === "number") return json;
      if (typeof json === "string" && Object.hasOwn(SPECIAL_NUMBERS, json)) return SPECIAL_NUMBERS[json];
      throw codec.refuse(path, "a number", json);
    case "string":
      return textFromJson(codec, path, json);
    default:
      if (shape instanceof Uint8Array) return bytesFromJson(codec, path, json, shape.length);
      return Array.isArray(shape)
        ? arrayFromJson(codec, path, json, shape)
        : objectFromJson(codec, path, json, shape as object);
  }
}

function objectFromJson(codec: AnyCodec, path: string, json: unknown, shape: object): object {
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw codec.refuse(path, "an object", json);
  const prefix = path && `${path}.`;
  const value: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(json)) {
    if (!Object.hasOwn(shape, name))
      throw new UnknownNameError(
        "field",
        prefix + name,
        Object.keys(shape).map((known) => prefix + known),
        "",
        {
          path: prefix + name,
        },
      );
    if (field !== undefined)
      value[name] = valueFromJson(codec, prefix + name, field, (shape as Record<string, unknown>)[name]);
  }
  return value;
}

function arrayFromJson(codec: AnyCodec, path: string, json: unknown, shape: readonly unknown[]): unknown[] {
  if (!Array.isArray(json) || json.length !== shape.length)
    throw codec.refuse(path, `an array of ${shape.length}`, json);
  return json.map((element, i) => valueFromJson(codec, `${path}[${i}]`, element, shape[i]));
}

function bytesFromJson(codec: AnyCodec, path: string, json: unknown, length: number): Uint8Array {
  const bytes = typeof json === "string" ? parseHexDigits(json) : undefined;
  if (bytes?.length !== length) throw codec.refuse(path, `a string of ${2 * length} hexadecimal digits`, json);
  return bytes;
}

function textFromJson(codec: AnyCodec, path: string, json: unknown): string {
  if (typeof json === "string") {
    if (isFaithful(json)) return json;
    const why = "programs put U+FFFD in the place of bytes that they cannot decode";
    throw new LossyTextError(codec, path, json, 'text without U+FFFD, or its bytes as { "hex": … }', why);
  }
  const digits = isHex(json) ? parseHexDigits(json.hex) : undefined;
  if (!digits) throw codec.refuse(path, 'text, or its bytes as { "hex": … }', json);
  return readText(new DataView(digits.buffer), 0, digits.length);
}

function isHex(json: unknown): json is { hex: string } {
  if (typeof json !== "object" || json === null) return false;
  const [[name, value] = [], ...others] = Object.entries(json);
  return name === "hex" && typeof value === "string" && others.length === 0;
}
