/** Bits whose numbers an enumeration names, as capabilities; masks have {@link bitNames}. */
import type { Abi } from "../../runtime/index.js";
import { enumeratorName, type NamedBits } from "./enum-names.js";

/** The bits of a value by name, lowest first. */
export function numberedBits(abi: Abi, enumName: string, value: number | bigint): NamedBits {
  const names: string[] = [];
  let rest = 0n;
  let left = BigInt.asUintN(64, BigInt(value));
  for (let bit = 0; left !== 0n; bit++, left >>= 1n) {
    if ((left & 1n) === 0n) continue;
    const name = enumeratorName(abi, enumName, bit);
    if (name === undefined) rest |= 1n << BigInt(bit);
    else names.push(name);
  }
  return { names, rest };
}
