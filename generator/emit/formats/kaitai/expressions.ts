/** Names, integers and expressions of the schema in the expression language of Kaitai Struct. */
import type { Arch, RecordType } from "../../../model.js";
import { identifier, type Notation, RECORD_TYPES, recordName } from "../facts.js";
import type { Alternative, VersionFormat } from "../version-format.js";

/** Types by width. */
export const SCALAR: Readonly<Record<string, string>> = {
  u8: "u1",
  u16: "u2",
  u32: "u4",
  u64: "u8",
  s8: "s1",
  s16: "s2",
  s32: "s4",
  s64: "s8",
  f32: "f4",
  f64: "f8",
  le16: "u2le",
  be16: "u2be",
  be32: "u4be",
};

/** The enumerator of a record type. */
export function recordEnumerator(record: RecordType): string {
  return `${RECORD_TYPES}::${identifier(recordName(record))}`;
}

/**
 * The condition that an image was written on one of the architectures.
 *
 * @param root `_root.`, except in the root type
 */
export function isOneOf(arches: readonly Arch[], root = ""): string {
  return arches.map(({ id }) => `${root}arch == arch::${id}`).join(" or ");
}

/** How the language writes expressions. `prefix` precedes the name of a field. */
export function notation(format: VersionFormat, { abis: [abi] }: Pick<Alternative, "abis">, prefix = ""): Notation {
  return {
    operators: { "&&": "and", "||": "or", not: "not", negate: "-" },
    field: (path) => `${prefix}${path.split(".").map(identifier).join(".")}`,
    variable: (name) => `_root.${name}`,
    constant: (name) => abi && format.constant(name, abi),
  };
}
