/** The records that every contender decodes and encodes: values come from a seeded generator, so that no contender is the reference for another. */
import type { Abi, MemberDescriptor } from "../../../generated/codecs/index.js";

/** A member of a struct without padding; a nested struct has fields of its own. */
export interface Field {
  readonly name: string;
  /** `u32`, `s64`, …; `struct` when it has fields. */
  readonly type: string;
  readonly fields?: readonly Field[];
}

export interface Value {
  [field: string]: number | bigint | Value;
}

/**
 * The fields of a struct in order, for the peers' own descriptions of it.
 *
 * @throws {Error} when the struct has padding, arrays or unions: the peers' descriptions would need more than fields
 */
export function fieldsOf(abi: Abi, struct: string): Field[] {
  const { layout } = abi.describe(struct);
  let end = 0;
  const fields = layout.members.map((member): Field => {
    if (member.name === null || member.dims || member.offset !== end)
      throw new Error(`${struct}.${member.name} is not a plain field at offset ${end}: choose another struct`);
    end += member.size;
    const inner = nested(abi, member);
    return inner ? { name: member.name, type: "struct", fields: inner } : { name: member.name, type: member.type };
  });
  if (end !== layout.size) throw new Error(`${struct} ends in padding: choose another struct`);
  return fields;
}

function nested(abi: Abi, { type }: MemberDescriptor): Field[] | undefined {
  return type.startsWith("struct ") ? fieldsOf(abi, type.slice("struct ".length)) : undefined;
}

/** Values of a struct, the same for the same seed. */
export function makeValues(fields: readonly Field[], count: number, seed: number): Value[] {
  const random = mulberry32(seed);
  const make = (list: readonly Field[]): Value =>
    Object.fromEntries(
      list.map((field) => [field.name, field.fields ? make(field.fields) : scalar(field.type, random)]),
    );
  return Array.from({ length: count }, () => make(fields));
}

/** All records one after the other, little-endian. */
export function encodeRecords(fields: readonly Field[], values: readonly Value[], size: number): DataView {
  const view = new DataView(new ArrayBuffer(size * values.length));
  let at = 0;
  const write = (list: readonly Field[], value: Value): void => {
    for (const { name, type, fields: inner } of list) {
      const own = value[name] as number & bigint & Value;
      const bytes = Number(type.slice(1)) / 8;
      if (inner) write(inner, own);
      else if (bytes === 8) view.setBigUint64(at, own, true);
      else if (bytes === 4) view.setUint32(at, own, true);
      else if (bytes === 2) view.setUint16(at, own, true);
      else view.setUint8(at, own);
      if (!inner) at += bytes;
    }
  };
  for (const value of values) write(fields, value);
  return view;
}

/** Half of the wide values are user addresses, the others zero, small counts and full 64-bit patterns; narrow ones are mostly small. */
function scalar(type: string, random: () => number): number | bigint {
  const bits = Number(type.slice(1));
  const signed = type.startsWith("s");
  const kind = random();
  if (bits === 64) {
    const pattern = (BigInt(Math.floor(random() * 2 ** 32)) << 32n) | BigInt(Math.floor(random() * 2 ** 32));
    const used = kind < 0.5 ? 47n : kind < 0.8 ? 16n : kind < 0.9 ? 0n : 64n;
    const value = pattern & ((1n << used) - 1n);
    return signed ? BigInt.asIntN(64, value) : value;
  }
  const used = kind < 0.8 ? Math.min(bits, 12) : bits;
  const pattern = Math.floor(random() * 2 ** used);
  return signed && pattern >= 2 ** (bits - 1) ? pattern - 2 ** bits : pattern;
}

/** A small, well-known generator: numbers from 0 up to 1. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
