/** Names for numbers, as the schema has them. */
import { registry } from "../../generated/codecs/index.js";
import type { Abi, EnumEntry } from "../../runtime/index.js";

/** The enumeration of that name, for this architecture family where it has one of its own. */
function enumeration(abi: Abi, name: string): EnumEntry | undefined {
  const all = registry.tables.enums.filter((entry) => entry.name === name);
  return all.find(({ family }) => family === abi.target.family) ?? all.find(({ family }) => family === undefined);
}

/** C name of an enumerator, or undefined when this version has none of that value. */
export function enumeratorName(abi: Abi, enumName: string, value: number | bigint): string | undefined {
  const wanted = BigInt(value);
  return enumeration(abi, enumName)?.values.find((entry) => {
    const own = abi.valueOf(entry.value);
    return own !== undefined && BigInt(own) === wanted;
  })?.name;
}

/** The bits of a value by name. */
export interface NamedBits {
  /** C names, lowest bit first. */
  readonly names: readonly string[];
  /** Bits without a name; 0 when there are none. */
  readonly rest: bigint;
}

export function bitNames(abi: Abi, enumName: string, value: number | bigint): NamedBits {
  let rest = BigInt(value);
  const named: { name: string; bits: bigint }[] = [];
  for (const entry of enumeration(abi, enumName)?.values ?? []) {
    const own = abi.valueOf(entry.value);
    if (own === undefined || own === 0 || own === 0n) continue;
    const bits = BigInt(own);
    if ((BigInt(value) & bits) !== bits) continue;
    named.push({ name: entry.name, bits });
    rest &= ~bits;
  }
  named.sort((a, b) => (a.bits < b.bits ? -1 : a.bits > b.bits ? 1 : 0));
  return { names: named.map(({ name }) => name), rest };
}
