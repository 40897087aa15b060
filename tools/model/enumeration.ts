/** Enumerations of the schema as one version on one architecture has them. */
import type { Abi } from "../../runtime/index.js";

export interface Enumerator {
  /** C name. */
  readonly name: string;
  readonly value: bigint;
  /** Bits that it represents in a set of flags: some enumerations list masks, others bit numbers. 0 for a number that is no bit of 64. */
  readonly mask: bigint;
}

const known = new WeakMap<Abi, Map<string, readonly Enumerator[]>>();

/** The enumerators of an ABI, in the order of the schema. Cached, because every record of a listing needs some. */
export function enumeratorsOf(abi: Abi, name: string): readonly Enumerator[] {
  const enums = known.get(abi) ?? new Map<string, readonly Enumerator[]>();
  known.set(abi, enums);
  let enumerators = enums.get(name);
  if (!enumerators) {
    const entry = abi.enumEntry(name);
    enumerators = (entry?.values ?? []).flatMap(({ name, value: varying }) => {
      const own = abi.valueOf(varying);
      if (own === undefined) return [];
      const value = BigInt(own);
      return [{ name, value, mask: entry?.bits ? value : maskOf(value) }];
    });
    enums.set(name, enumerators);
  }
  return enumerators;
}

const MAX_SET_BITS = 64n;

function maskOf(bit: bigint): bigint {
  return bit >= 0n && bit < MAX_SET_BITS ? 1n << bit : 0n;
}
