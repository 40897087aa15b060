/** Facts of a version that several format descriptions state. */
import type { Expression } from "../../../runtime/expression.js";
import { ALLOWED, type ScalarType } from "../../../runtime/integers.js";
import type { Arch, Enumeration, RecordType } from "../../model.js";
import { commentText } from "../text.js";
import type { FormatAggregate } from "./aggregates.js";
import type { RecordFormat, VersionFormat } from "./version-format.js";

/** Name of the enumeration of record types. */
export const RECORD_TYPES = "record_type";

/** C name of a record type, an enumerator of {@link RECORD_TYPES}. */
export function recordName({ name }: RecordType): string {
  return `CKPT_HDR_${name}`;
}

const quotes = new Map<string, string>();

/** A text on one line in double quotes. Cached, because most texts occur in many versions. */
export function quotedLine(text: string): string {
  let quote = quotes.get(text);
  if (quote === undefined) {
    quote = JSON.stringify(commentText(text));
    quotes.set(text, quote);
  }
  return quote;
}

/** Whether the elements are integers of a width rather than structs. */
export function isScalar(of: string): of is ScalarType {
  return of in ALLOWED;
}

/** A list in words: `a, b and c` */
export function list(items: readonly (string | number)[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** A name in the form that descriptions require: beginning with a small letter. */
export function identifier(name: string): string {
  return name.replace(/^_+/, "").toLowerCase();
}

/**
 * Names as {@link identifier} makes them, with a number appended to duplicates. Names that differ only in underscores count as duplicates: Kaitai
 * Struct 0.11 removes underscores for JavaScript, where the fields `a_1` and `a1` would share one property.
 */
export function identifiers(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const wanted = identifier(name);
    let own = wanted;
    for (let number = 2; taken.has(own.replaceAll("_", "")); number++) own = `${wanted}_${number}`;
    taken.add(own.replaceAll("_", ""));
    return own;
  });
}

/** Place of the architecture's number in the first record: offset from the start of the image, and size, in bytes. */
export function archIdPlace(format: VersionFormat): { readonly offset: number; readonly size: number } {
  const members = format.record("HEADER")?.bodies[0]?.layout.members ?? [];
  return members.find(({ field }) => field.key === "arch_id") ?? { offset: 0, size: 1 };
}

/** The field that selects the struct of a record: its name, its type, and its offset after the record header in bytes; undefined if there is none. */
export function deciderOf({ record, bodies: [common] }: RecordFormat, whole: FormatAggregate) {
  const member = common?.layout.members.find(({ field }) => field.key === record.variants?.on);
  if (!common || member?.type.kind !== "scalar") return undefined;
  return {
    name: member.field.key,
    type: member.type.scalar,
    offset: member.offset - (common.layout.size - whole.size),
  };
}

/** How a target language writes expressions. */
export interface Notation {
  readonly operators: Readonly<Record<string, string>>;
  field(path: string): string;
  variable(name: string): string;
  constant(name: string): bigint | undefined;
}

/** An expression of the schema in the target language; undefined when it depends on more than one record. */
export function expressionText(tree: Expression, notation: Notation): string | undefined {
  if (typeof tree === "number") return String(tree);
  const [kind, first, second] = tree;
  if (kind === "field") return notation.field(second as string);
  if (kind === "variable") return notation.variable(first as string);
  if (kind === "constant") return notation.constant(first as string)?.toString();
  if (kind === "call") return undefined;
  const left = expressionText(first as Expression, notation);
  const operator = notation.operators[kind] ?? kind;
  if (kind === "not" || kind === "negate") return left && `${operator} (${left})`;
  const right = expressionText(second as Expression, notation);
  return left && right && `(${left} ${operator} ${right})`;
}

/** Architectures with the number that the image header states, and the ones without a number. */
export function archNumbers(format: VersionFormat) {
  const numbered: { arch: Arch; number: bigint }[] = [];
  const unnumbered: Arch[] = [];
  for (const abi of format.abis) {
    const number = abi.arch.idName === undefined ? undefined : format.constant(abi.arch.idName, abi);
    if (number === undefined) unnumbered.push(abi.arch);
    else numbered.push({ arch: abi.arch, number });
  }
  const all = [...unnumbered, ...numbered.map(({ arch }) => arch)];
  return {
    numbered,
    little: all.find(({ endian }) => endian === "little"),
    big: all.find(({ endian }) => endian === "big"),
  };
}

/** Page sizes in bytes over all architectures of the version. */
export function pageSizes({ abis }: VersionFormat): { readonly usual: number; readonly others: readonly number[] } {
  const [usual = 0, ...others] = new Set(abis.flatMap(({ arch }) => arch.pageSizes));
  return { usual, others };
}

/** Enumerators of a version; of several names with one value, the first. */
export function enumeratorsIn(format: VersionFormat, enumeration: Enumeration) {
  const known = enumerators.get(format) ?? new Map<Enumeration, ReturnType<typeof findEnumerators>>();
  enumerators.set(format, known);
  const found = known.get(enumeration) ?? findEnumerators(format, enumeration);
  known.set(enumeration, found);
  return found;
}

const enumerators = new WeakMap<VersionFormat, Map<Enumeration, ReturnType<typeof findEnumerators>>>();

function findEnumerators(format: VersionFormat, { values }: Enumeration) {
  const byValue = new Map<bigint, { name: string; value: bigint; doc: string }>();
  for (const { name, value, doc } of values)
    for (const abi of format.abis) {
      const here = value.at(abi);
      if (here !== undefined && !byValue.has(here)) byValue.set(here, { name, value: here, doc });
    }
  return [...byValue.values()].sort((a, b) => (a.value < b.value ? -1 : 1));
}

/** All enumerators that a version has on any architecture. */
export function enumeratorsByName({ abis }: VersionFormat, { values }: Enumeration) {
  return values.flatMap(({ name, value }) => {
    for (const abi of abis) {
      const first = value.at(abi);
      if (first !== undefined) return { name, value: first };
    }
    return [];
  });
}
