/** Expressions and statements that read, check and write one scalar or array of scalars. */
import type { ScalarType } from "../../runtime/integers.js";

/** Collects the runtime helpers that a module uses while its code is written. */
export class Imports {
  private readonly names = new Map<string, Set<string>>();

  /** Notes a runtime helper and returns its name. */
  use(module: string, name: string): string {
    const names = this.names.get(module) ?? new Set<string>();
    this.names.set(module, names.add(name));
    return name;
  }

  entries(): [module: string, names: string[]][] {
    return [...this.names].map(([module, names]): [string, string[]] => [module, [...names].sort()]).sort();
  }
}

/** 64-bit integers: the runtime's own functions for them are faster than those of `DataView`. */
export type Wide = "u64" | "s64";

const VIEW_METHOD: Readonly<Record<Exclude<ScalarType, "char" | Wide>, string>> = {
  u8: "Uint8",
  u16: "Uint16",
  u32: "Uint32",
  s8: "Int8",
  s16: "Int16",
  s32: "Int32",
  f32: "Float32",
  f64: "Float64",
  le16: "Uint16",
  be16: "Uint16",
  be32: "Uint32",
};

/** Expression for the byte order: the local `le`, or a constant where the code is written once per order. */
export type OrderExpression = "le" | "true" | "false";

/** Names by which generated code reaches the buffer: in a method of a codec, or in a view class. */
export interface CodecBuffer {
  readonly view: string;
  readonly at: string;
  readonly littleEndian: string;
}

export const CODEC_BUFFER: CodecBuffer = { view: "view", at: "at", littleEndian: "le" };
export const VIEW_BUFFER: CodecBuffer = {
  view: "this.$view",
  at: "this.$at",
  littleEndian: "this.$codec.littleEndian",
};

export function place(buffer: CodecBuffer, offset: number): string {
  return offset === 0 ? buffer.at : `${buffer.at} + ${offset}`;
}

function order(scalar: ScalarType, buffer: CodecBuffer): string {
  if (scalar === "u8" || scalar === "s8") return "";
  if (scalar === "le16") return ", true";
  if (scalar === "be16" || scalar === "be32") return ", false";
  return `, ${buffer.littleEndian}`;
}

export function isWide(scalar: ScalarType): scalar is Wide {
  return scalar === "u64" || scalar === "s64";
}

export function readScalar(scalar: ScalarType, buffer: CodecBuffer, at: string, imports: Imports): string {
  if (isWide(scalar)) {
    const read = imports.use("wide", `read${scalar.toUpperCase()}`);
    return `${read}(${buffer.view}, ${at}${order(scalar, buffer)})`;
  }
  const method = VIEW_METHOD[scalar === "char" ? "u8" : scalar];
  return `${buffer.view}.get${method}(${at}${order(scalar, buffer)})`;
}

export function writeScalar(
  scalar: ScalarType,
  buffer: CodecBuffer,
  at: string,
  value: string,
  imports: Imports,
): string {
  if (isWide(scalar)) {
    const write = imports.use("wide", `write${scalar.toUpperCase()}`);
    return `${write}(${buffer.view}, ${at}, ${value}${order(scalar, buffer)});`;
  }
  const method = VIEW_METHOD[scalar === "char" ? "u8" : scalar];
  return `${buffer.view}.set${method}(${at}, ${value}${order(scalar, buffer)});`;
}

/** Name of the function that checks whether a value fits the width; it is added to the imports. */
export function guard(scalar: ScalarType, imports: Imports): string {
  const name = {
    u8: "isU8",
    u16: "isU16",
    u32: "isU32",
    u64: "isU64",
    s8: "isS8",
    s16: "isS16",
    s32: "isS32",
    s64: "isS64",
    f32: "isF32",
    f64: "isF64",
    le16: "isU16",
    be16: "isU16",
    be32: "isU32",
    char: "isU8",
  }[scalar];
  return imports.use("integers", name);
}

/** Whether an array of the scalar type is held as text or bytes. */
export function isPacked(scalar: ScalarType): scalar is "char" | "u8" {
  return scalar === "char" || scalar === "u8";
}
