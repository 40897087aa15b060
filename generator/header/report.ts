/**
 * Step 5 of reading headers: differences in words: what differs, where in the headers, where in the schema, on which architectures.
 *
 * In: a comparison. Out: entries, the same for the terminal and for JSON; `reportLines` writes them as text.
 */
import { type Origin, within } from "../load/document.js";
import type { Field, Struct } from "../model.js";
import type { HeaderComparison } from "./compare.js";
import { describeHeader } from "./compare-members.js";
import { pathOf } from "./compare-structs.js";
import type { DescribedNumber } from "./described.js";
import type { AggregatePlace, DifferenceOf, HeaderDifference, SharedDifference } from "./difference.js";
import type { HeaderNumber, SourcePlace } from "./model.js";

export interface Where {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export type HeaderChange = "added" | "removed" | "renamed" | "changed";
export type ReportSubject =
  | "architecture"
  | "struct"
  | "field"
  | "order"
  | "type"
  | "alignment"
  | "layout"
  | "enumerator"
  | "define";

export interface HeaderEntry {
  readonly change: HeaderChange;
  readonly subject: ReportSubject;
  /** Name of the changed thing: `ckpt_hdr_vma.shift`. */
  readonly name: string;
  /** Value in the schema. */
  readonly was?: string;
  /** Value in the headers. */
  readonly now?: string;
  /** Reason, where the headers state it. */
  readonly reason?: string;
  /** Place in the headers, or where it would be. */
  readonly header?: Where;
  /** Place in the schema, or of the thing that it belongs to. */
  readonly schema?: Where;
  /** Ids of the architectures; empty if it belongs to none. */
  readonly arches: readonly string[];
}

export interface HeaderReport {
  readonly version: string;
  readonly arches: readonly string[];
  readonly differences: readonly HeaderEntry[];
  readonly hazards: readonly {
    readonly name: string;
    readonly message: string;
    readonly header: Where;
    readonly arches: readonly string[];
  }[];
  readonly notes: readonly string[];
}

export function report({ version, abis, differences, hazards, notes }: HeaderComparison): HeaderReport {
  return {
    version: version.id,
    arches: abis.map(({ arch }) => arch.id),
    differences: differences.map(entry),
    hazards: hazards.map(({ path, message, place, arches }) => ({ name: path, message, header: where(place), arches })),
    notes,
  };
}

/** What an entry says in addition to its kind, with the places as the comparison has them. */
interface Details extends Pick<HeaderEntry, "name" | "was" | "now" | "reason"> {
  /** Subject of a number: that of its kind is too general. */
  readonly subject?: ReportSubject;
  readonly header?: SourcePlace | undefined;
  readonly schema?: Origin | undefined;
}

const DETAILS: { readonly [K in HeaderDifference["kind"]]: (difference: DifferenceOf<K>) => Details } = {
  "struct-added": ({ header, after }) => ({
    name: header.tag,
    now: `${header.members.length} ${header.members.length === 1 ? "member" : "members"}`,
    header: header.place,
    schema: after?.origin,
  }),
  "struct-removed": ({ described: { tag, struct } }) => ({ name: tag, schema: struct.origin }),
  "struct-renamed": ({ described: { tag, struct }, header }) => ({
    name: header.tag,
    was: tag,
    now: header.tag,
    header: header.place,
    schema: struct.origin,
  }),
  "field-added": ({ member, after, at }) => ({
    name: pathOf(at, member.name ?? `(${member.type.kind})`),
    now: describeHeader(member),
    header: member.place,
    schema: (after ?? innermost(at)).origin,
  }),
  "field-removed": ({ at, name, place, field }) => ({ name: pathOf(at, name), header: place, schema: field.origin }),
  "field-renamed": ({ at, member, name, field }) => ({
    name: pathOf(at, member.name ?? ""),
    was: name,
    now: member.name ?? "",
    header: member.place,
    schema: field.origin,
  }),
  "type-changed": ({ at, member, name, field, was, now }) => ({
    name: pathOf(at, name),
    was,
    now,
    header: member.place,
    schema: field.type ? within(field.origin, "type") : field.origin,
  }),
  "order-changed": ({ at, was, now, place }) => ({
    name: pathOf(at),
    was: was.join(", "),
    now: now.join(", "),
    header: place,
    schema: innermost(at).origin,
  }),
  "alignment-changed": ({ at, field, was, now, place }) => ({
    name: pathOf(at, field?.key),
    was: attribute(was),
    now: attribute(now),
    header: place,
    schema: (field ?? at.struct).origin,
  }),
  "layout-changed": ({ at, was, now, packed, place }) => ({
    name: pathOf(at),
    was: `${was.size} bytes aligned to ${was.align}`,
    now: `${now.size} bytes aligned to ${now.align}${packed ? ", packed" : ""}`,
    header: place,
    schema: at.struct.origin,
  }),
  "number-added": ({ header: { kind, name, value, place } }) => ({
    subject: kind,
    name,
    now: String(value),
    header: place,
  }),
  "number-removed": ({ described }) => ({
    subject: subjectOf(described),
    name: described.name,
    was: String(described.value),
    schema: described.origin,
  }),
  "number-changed": ({ described: { item, origin, value }, header }) => ({
    subject: header.kind,
    name: header.name,
    was: String(value),
    now: String(header.value),
    header: header.place,
    schema: within(origin, item.kind === "record" || item.kind === "object" ? "number" : "value"),
  }),
  "architecture-added": ({ id, arch }) => ({ name: id, schema: arch?.origin }),
  "architecture-removed": ({ arch, refusal }) => ({
    name: arch.id,
    ...(refusal && { reason: refusal.message, header: refusal }),
    schema: arch.origin,
  }),
};

function entry({ difference, abis }: SharedDifference): HeaderEntry {
  const [subject, change] = difference.kind.split("-") as [ReportSubject, HeaderChange];
  const detailsOf = DETAILS[difference.kind] as (difference: HeaderDifference) => Details;
  const { header, schema, ...details } = detailsOf(difference);
  return {
    change,
    subject,
    ...details,
    ...(header && { header: where(header) }),
    ...(schema && { schema: at(schema) }),
    arches: abis.map(({ arch }) => arch.id),
  };
}

function innermost({ inside, struct }: AggregatePlace): Field | Struct {
  return inside.at(-1) ?? struct;
}

function attribute(bytes: number): string {
  return bytes === 0 ? "no aligned attribute" : `aligned(${bytes})`;
}

function subjectOf({ item }: DescribedNumber): HeaderNumber["kind"] {
  if (item.kind === "constant") return "define";
  if (item.kind !== "enumerator") return "enumerator";
  return item.enumeration.defines ? "define" : "enumerator";
}

function where({ file, line, column }: SourcePlace): Where {
  return { file, line, column };
}

function at({ document, path }: Origin): Where {
  const { file, line, column } = document.problem(path, { rule: "", message: "" });
  return { file, line, column };
}

/** Styles of names and remarks on a terminal; plain by default. */
export interface Style {
  readonly name: (text: string) => string;
  readonly dim: (text: string) => string;
}

const PLAIN: Style = { name: (text) => text, dim: (text) => text };

export function reportLines(report: HeaderReport, style: Style = PLAIN): string[] {
  const { differences, hazards, notes, version, arches } = report;
  const lines = [
    ...differences.flatMap((difference) => differenceLines(difference, arches, style)),
    ...hazards.map(
      ({ name, message, header, arches: own }) =>
        `${placeText(header)}: ${style.name(name)}: ABI hazard: ${message}${onArches(own, arches)}`,
    ),
    ...notes.map((note) => `note: ${note}`),
  ];
  const compared = `${version} on ${arches.length > 0 ? arches.join(", ") : "no architecture"}`;
  const count = differences.length === 1 ? "1 difference" : `${differences.length} differences`;
  return [
    ...lines,
    differences.length === 0 ? `the headers are as the schema describes ${compared}` : `${count} from ${compared}`,
  ];
}

function differenceLines(entry: HeaderEntry, all: readonly string[], style: Style): string[] {
  const { change, subject, name, was, now, reason, header, schema, arches } = entry;
  const what = {
    added: () => `${subject} ${style.name(name)} is new${now === undefined ? "" : ` (${now})`}`,
    removed: () => `${subject} ${style.name(name)} is gone${was === undefined ? "" : ` (it was ${was})`}`,
    renamed: () => `${subject} ${style.name(name)} seems to be ${was} under a new name`,
    changed: () =>
      subject === "order"
        ? `order of ${style.name(name)} is ${now}`
        : `${subject} of ${style.name(name)} is ${now}, not ${was}`,
  }[change]();
  const own = header ?? schema;
  const lines = [`${own ? `${placeText(own)}: ` : ""}${what}${reason ? `: ${reason}` : ""}${onArches(arches, all)}`];
  if (header && schema) {
    const relation =
      change === "added" ? "would follow" : subject === "order" ? `the schema has ${was}` : "the schema has it";
    lines.push(style.dim(`  ${placeText(schema)}: ${relation}${change === "added" ? " this" : ""}`));
  }
  return lines;
}

function onArches(own: readonly string[], all: readonly string[]): string {
  return own.length === 0 || own.length === all.length ? "" : ` [${own.join(", ")}]`;
}

function placeText({ file, line, column }: Where): string {
  return `${file}:${line}:${column}`;
}
