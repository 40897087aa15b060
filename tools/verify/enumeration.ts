/** Enumerations as sets of numbers. */
import { registry } from "../../generated/codecs/index.js";
import type { Abi, EnumEntry } from "../../runtime/index.js";

/** The enumeration with that name; that of this architecture family if there is one. */
export function enumerationOf(abi: Abi, name: string): EnumEntry | undefined {
  const all = registry.tables.enums.filter((entry) => entry.name === name);
  return all.find(({ family }) => family === abi.target.family) ?? all.find(({ family }) => family === undefined);
}

/** Values of an enumeration in this version. Enumerators that only count the others (`CKPT_VMA_MAX`) are not values. */
export function valuesOf(abi: Abi, name: string): ReadonlySet<bigint> {
  const values = new Set<bigint>();
  for (const enumerator of enumerationOf(abi, name)?.values ?? []) {
    const own = enumerator.name.endsWith("_MAX") ? undefined : abi.valueOf(enumerator.value);
    if (own !== undefined) values.add(BigInt(own));
  }
  return values;
}

/** All bits of an enumeration in this version; some enumerations list bit numbers. */
export function bitsOf(abi: Abi, name: string): bigint {
  const areBits = enumerationOf(abi, name)?.bits === true;
  return [...valuesOf(abi, name)].reduce((bits, value) => bits | (areBits ? value : 1n << value), 0n);
}
