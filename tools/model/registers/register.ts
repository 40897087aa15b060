/** Form of registers for all architectures. */
import type { StructFields } from "../../image/record/struct-fields.js";

export interface Register {
  /** Name in debuggers. */
  readonly name: string;
  readonly value: bigint;
  /** Width in bits. */
  readonly bits: number;
  /** Meaning of the value, if it is more than a number. */
  readonly text?: string;
}

export interface RegisterGroup {
  readonly name: string;
  readonly registers: readonly Register[];
  /** Set for floating point and vector registers, which are many and seldom needed. */
  readonly floating?: true;
  /** Why the value is not that at the checkpoint; undefined if it is. */
  readonly outdated?: string;
}

/** A single field as a register; empty if this version has no such field. */
export function register(
  fields: StructFields,
  path: string,
  name = path,
  text?: (value: bigint) => string,
): Register[] {
  const value = fields.big(path);
  if (value === undefined) return [];
  const bits = (fields.sizeOf(path) ?? 0) * 8;
  return [{ name, value: BigInt.asUintN(bits, value), bits, ...(text && { text: text(value) }) }];
}

/** An array as numbered registers. */
export function numbered(
  fields: StructFields,
  path: string,
  name: (index: number) => string,
  text?: (value: bigint) => string,
): Register[] {
  const bits = (fields.sizeOf(path) ?? 0) * 8;
  return (fields.values(path) ?? []).map((value, i) => ({
    name: name(i),
    value: BigInt.asUintN(bits, BigInt(value)),
    bits,
    ...(text && { text: text(BigInt(value)) }),
  }));
}

/** A 64-bit pattern as a floating point number. */
export function float64(bits: bigint): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt.asUintN(64, bits));
  return floatText(view.getFloat64(0));
}

/** Shortest text that converts back to the same number; -0 differs from 0. */
export function floatText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
