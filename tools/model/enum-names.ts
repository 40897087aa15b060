/** Names of numbers in the schema. */
import { nameBits } from "../../runtime/enumeration.js";
import type { Abi, NamedBits } from "../../runtime/index.js";
import { hex } from "../image/hex.js";
import { type Enumerator, enumeratorsOf } from "./enumeration.js";

/** C name of an enumerator; undefined if this version has none with that value. */
export function enumeratorName(abi: Abi, enumName: string, value: number | bigint): string | undefined {
  const enumerators = enumeratorsOf(abi, enumName);
  // Of two enumerators with the same value, the first.
  const names =
    namesByValue.get(enumerators) ?? new Map([...enumerators].reverse().map(({ name, value }) => [value, name]));
  namesByValue.set(enumerators, names);
  return names.get(BigInt(value));
}

const namesByValue = new WeakMap<readonly Enumerator[], ReadonlyMap<bigint, string>>();

/** The bits of a value of a set of flags, by name. An enumeration of bit numbers, such as `capability`, is a set of flags too. */
export function bitNames(abi: Abi, enumName: string, value: number | bigint): NamedBits {
  const bits = BigInt(value);
  const enumerators = enumeratorsOf(abi, enumName);
  const known = bitsByValue.get(enumerators) ?? new Map<bigint, NamedBits>();
  bitsByValue.set(enumerators, known);
  const found = known.get(bits) ?? nameBits(enumerators, bits);
  if (known.size < MAX_CACHED_NAMES) known.set(bits, found);
  return found;
}

/** Results of {@link bitNames}: the mappings and files of an image have a few combinations of flags, again and again. */
const bitsByValue = new WeakMap<readonly Enumerator[], Map<bigint, NamedBits>>();

/** A hostile image may have any number of combinations. */
const MAX_CACHED_NAMES = 1000;

/** Names of bits joined by `|`, then the bits without a name in hexadecimal; `none` if there are neither. */
export function bitsText({ names, rest }: NamedBits, none = "0"): string {
  return [...names, ...(rest === 0n ? [] : [hex(rest)])].join("|") || none;
}
