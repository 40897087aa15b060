/** Enumerations as sets of numbers. */
import { registry } from "../../generated/codecs/index.js";
import type { Abi, EnumEntry } from "../../runtime/index.js";

/** The enumeration of that name, for this architecture family where it has one of its own. */
export function enumerationOf(abi: Abi, name: string): EnumEntry | undefined {
  const all = registry.tables.enums.filter((entry) => entry.name === name);
  return all.find(({ family }) => family === abi.target.family) ?? all.find(({ family }) => family === undefined);
}

/** Values that this version has. Numbers of enumerators that only count the others (`CKPT_VMA_MAX`) are none. */
export function valuesOf(abi: Abi, name: string): ReadonlySet<bigint> {
  const values = new Set<bigint>();
  for (const enumerator of enumerationOf(abi, name)?.values ?? []) {
    const own = enumerator.name.endsWith("_MAX") ? undefined : abi.valueOf(enumerator.value);
    if (own !== undefined) values.add(BigInt(own));
  }
  return values;
}

/** All bits that this version has; enumerators of some enumerations are numbers of bits. */
export function bitsOf(abi: Abi, name: string): bigint {
  const areBits = enumerationOf(abi, name)?.bits === true;
  return [...valuesOf(abi, name)].reduce((bits, value) => bits | (areBits ? value : 1n << value), 0n);
}
