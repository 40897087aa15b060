/**
 * Range checks of the integer widths. Each compares the value with the value truncated to the width, which engines compile to a few machine
 * instructions; -0 counts as 0.
 */

// Local names, because the shorter code lets the compiler inline the checks of 64-bit values into every encoder.
const { asIntN, asUintN } = BigInt;

export function isU8(value: unknown): value is number {
  return typeof value === "number" && (value & 0xff) === value;
}

export function isU16(value: unknown): value is number {
  return typeof value === "number" && (value & 0xffff) === value;
}

export function isU32(value: unknown): value is number {
  return typeof value === "number" && value >>> 0 === value;
}

export function isS8(value: unknown): value is number {
  return typeof value === "number" && (value << 24) >> 24 === value;
}

export function isS16(value: unknown): value is number {
  return typeof value === "number" && (value << 16) >> 16 === value;
}

export function isS32(value: unknown): value is number {
  return typeof value === "number" && (value | 0) === value;
}

export function isU64(value: unknown): value is bigint {
  return typeof value === "bigint" && asUintN(64, value) === value;
}

export function isS64(value: unknown): value is bigint {
  return typeof value === "bigint" && asIntN(64, value) === value;
}

/** Whether a value is a number that a 32-bit float holds exactly, or NaN. */
export function isF32(value: unknown): value is number {
  return typeof value === "number" && (Math.fround(value) === value || Number.isNaN(value));
}

export function isF64(value: unknown): value is number {
  return typeof value === "number";
}

/** The number types of the schema, as descriptors name them. */
export type ScalarType =
  | "u8"
  | "u16"
  | "u32"
  | "u64"
  | "s8"
  | "s16"
  | "s32"
  | "s64"
  | "f32"
  | "f64"
  | "le16"
  | "be16"
  | "be32"
  | "char";

/** What a field of each width accepts, for messages. */
export const ALLOWED: Readonly<Record<ScalarType, string>> = {
  u8: "an integer from 0 to 255",
  u16: "an integer from 0 to 65535",
  u32: "an integer from 0 to 4294967295",
  u64: "a bigint from 0n to 18446744073709551615n",
  s8: "an integer from -128 to 127",
  s16: "an integer from -32768 to 32767",
  s32: "an integer from -2147483648 to 2147483647",
  s64: "a bigint from -9223372036854775808n to 9223372036854775807n",
  f32: "a number that a 32-bit float holds exactly",
  f64: "a number",
  le16: "an integer from 0 to 65535",
  be16: "an integer from 0 to 65535",
  be32: "an integer from 0 to 4294967295",
  char: "text",
};

/** Whether a value is a valid offset in bytes: a whole number from 0 on. */
export function isOffset(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
