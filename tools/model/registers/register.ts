/** What the registers of every architecture are given as. */
import type { StructFields } from "../../image/record/struct-fields.js";

export interface Register {
  /** As debuggers call it. */
  readonly name: string;
  readonly value: bigint;
  /** Width. */
  readonly bits: number;
  /** What the value means, where it is more than a number. */
  readonly text?: string;
}

export interface RegisterGroup {
  readonly name: string;
  readonly registers: readonly Register[];
  /** Floating point and vector registers, which are many and seldom looked at. */
  readonly floating?: true;
  /** Why the values are not those that the task had at the checkpoint; undefined when they are. */
  readonly outdated?: string;
}

/** A single field as a register; none when this version has no such field. */
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

/** An array as registers that are numbered. */
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

/** A pattern of 64 bits as a floating point number. */
export function float64(bits: bigint): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt.asUintN(64, bits));
  return floatText(view.getFloat64(0));
}

/** Shortest text that gives the number again; it tells -0 from 0. */
export function floatText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
