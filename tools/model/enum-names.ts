/** Names of numbers in the schema. */
import { registry } from "../../generated/codecs/index.js";
import type { Abi, EnumEntry } from "../../runtime/index.js";

interface Enumerator {
  readonly name: string;
  readonly value: bigint;
  /** Bits that it represents in a set: some enumerations have masks, others bit numbers. */
  readonly mask: bigint;
}

const known = new WeakMap<Abi, Map<string, readonly Enumerator[]>>();

/** The enumerators of this version. Cached, because every record of a listing needs some. */
function enumerators(abi: Abi, enumName: string): readonly Enumerator[] {
  const enums = known.get(abi) ?? new Map<string, readonly Enumerator[]>();
  known.set(abi, enums);
  let values = enums.get(enumName);
  if (!values) {
    const entry = enumeration(abi, enumName);
    values = (entry?.values ?? []).flatMap(({ name, value: varying }) => {
      const own = abi.valueOf(varying);
      if (own === undefined) return [];
      const value = BigInt(own);
      return [{ name, value, mask: entry?.bits ? value : maskOf(value) }];
    });
    enums.set(enumName, values);
  }
  return values;
}

const WIDEST_SET = 64n;

function maskOf(bit: bigint): bigint {
  return bit >= 0n && bit < WIDEST_SET ? 1n << bit : 0n;
}

/** The enumeration with that name; that of this architecture family if there is one. */
function enumeration(abi: Abi, name: string): EnumEntry | undefined {
  const all = registry.tables.enums.filter((entry) => entry.name === name);
  return all.find(({ family }) => family === abi.target.family) ?? all.find(({ family }) => family === undefined);
}

/** C name of an enumerator; undefined if this version has none with that value. */
export function enumeratorName(abi: Abi, enumName: string, value: number | bigint): string | undefined {
  const wanted = BigInt(value);
  return enumerators(abi, enumName).find((entry) => entry.value === wanted)?.name;
}

/** The bits of a value, by name. */
export interface NamedBits {
  /** C names, lowest bit first. */
  readonly names: readonly string[];
  /** Bits without a name; 0 if there are none. */
  readonly rest: bigint;
}

export function bitNames(abi: Abi, enumName: string, value: number | bigint): NamedBits {
  const bits = BigInt(value);
  const named = enumerators(abi, enumName).filter(({ mask }) => mask !== 0n && (bits & mask) === mask);
  const rest = named.reduce((left, { mask }) => left & ~mask, bits);
  named.sort((a, b) => (a.mask < b.mask ? -1 : a.mask > b.mask ? 1 : 0));
  return { names: named.map(({ name }) => name), rest };
}
