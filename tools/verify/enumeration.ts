/** Enumerations as sets of numbers. */
import type { Abi } from "../../runtime/index.js";
import { type Enumerator, enumeratorsOf } from "../model/enumeration.js";

/** Values of an enumeration in this version. Enumerators that only count the others (`CKPT_VMA_MAX`) are not values. */
export function valuesOf(abi: Abi, name: string): ReadonlySet<bigint> {
  return new Set(valid(abi, name).map(({ value }) => value));
}

/** All bits of an enumeration in this version. */
export function bitsOf(abi: Abi, name: string): bigint {
  return valid(abi, name).reduce((bits, { mask }) => bits | mask, 0n);
}

function valid(abi: Abi, name: string): Enumerator[] {
  return enumeratorsOf(abi, name).filter((enumerator) => !enumerator.name.endsWith("_MAX"));
}
