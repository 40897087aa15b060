/** Names, integers, comments and expressions of the schema in the pattern language of ImHex. */
import type { Arch } from "../../../model.js";
import { type Notation, quotedLine, RECORD_TYPES, recordName } from "../facts.js";
import type { Alternative, RecordFormat, VersionFormat } from "../version-format.js";

/** Keywords of the pattern language that occur as C names. */
const KEYWORDS = new Set(
  (
    "addressof as auto be bitfield bool break catch char char16 const continue double else enum false float fn for from if import in is le " +
    "match namespace null out padding parent ref reference return s128 signed sizeof str struct this true try typenameof u128 union " +
    "unsigned using while"
  ).split(" "),
);

/** A C name as an identifier of the pattern language, which must not be a keyword. */
export function patternName(name: string): string {
  return KEYWORDS.has(name) ? `${name}_` : name;
}

const SCALAR: Readonly<Record<string, string>> = {
  f32: "float",
  f64: "double",
  le16: "le u16",
  be16: "be u16",
  be32: "be u32",
};

/** Type of an integer or a floating point number of a width. */
export function scalarType(width: string): string {
  return SCALAR[width] ?? width;
}

/** The enumerator of a record type. */
export function recordEnumerator({ record }: RecordFormat): string {
  return `${RECORD_TYPES}_u32::${recordName(record)}`;
}

export function archName({ id }: Arch): string {
  return `architecture::${id}`;
}

/** The condition that an image was written on one of the architectures. */
export function isOneOf(arches: readonly Arch[]): string {
  return arches.map((arch) => `arch == ${archName(arch)}`).join(" || ");
}

/** An attribute with a comment, which ImHex shows at the field; empty for an empty text. */
export function commentAttribute(doc: string): string {
  return doc === "" ? "" : ` [[comment(${quotedLine(doc)})]]`;
}

/** How the language writes expressions. `prefix` precedes the name of a field. */
export function notation(format: VersionFormat, { abis: [abi] }: Pick<Alternative, "abis">, prefix = ""): Notation {
  return {
    operators: { not: "!", negate: "-" },
    field: (path) => `${prefix}${path.split(".").map(patternName).join(".")}`,
    variable: (name) => name,
    constant: (name) => abi && format.constant(name, abi),
  };
}
