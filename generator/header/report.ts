/**
 * Step 5: differences in words: what differs, where in the headers, where in the schema, on which architectures.
 *
 * In: a comparison. Out: entries, the same for the terminal and for JSON; `reportLines` writes them as text.
 */
import { type Origin, within } from "../load/document.js";
import type { HeaderComparison } from "./compare.js";
import { describeHeader } from "./compare-members.js";
import { pathOf } from "./compare-structs.js";
import type { DescribedNumber } from "./described.js";
import type { HeaderDifference, SharedDifference } from "./difference.js";
import type { HeaderNumber, SourcePlace } from "./model.js";

export interface Where {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export type HeaderChange = "added" | "removed" | "renamed" | "changed";
export type Subject =
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
  readonly subject: Subject;
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

function entry(shared: SharedDifference): HeaderEntry {
  return { ...entryOf(shared.difference), arches: shared.abis.map(({ arch }) => arch.id) };
}

function entryOf(difference: HeaderDifference): Omit<HeaderEntry, "arches"> {
  switch (difference.kind) {
    case "struct-added": {
      const { header, after } = difference;
      return {
        change: "added",
        subject: "struct",
        name: header.tag,
        now: `${header.members.length} ${header.members.length === 1 ? "member" : "members"}`,
        header: where(header.place),
        ...(after && { schema: at(after.origin) }),
      };
    }
    case "struct-removed":
      return {
        change: "removed",
        subject: "struct",
        name: difference.described.tag,
        schema: at(difference.described.struct.origin),
      };
    case "struct-renamed": {
      const { described, header } = difference;
      return {
        change: "renamed",
        subject: "struct",
        name: header.tag,
        was: described.tag,
        now: header.tag,
        header: where(header.place),
        schema: at(described.struct.origin),
      };
    }
    case "field-added": {
      const { member, after, at: aggregate } = difference;
      return {
        change: "added",
        subject: "field",
        name: pathOf(aggregate, member.name ?? `(${member.type.kind})`),
        now: describeHeader(member),
        header: where(member.place),
        schema: at((after ?? aggregate.inside.at(-1) ?? aggregate.struct).origin),
      };
    }
    case "field-removed":
      return {
        change: "removed",
        subject: "field",
        name: pathOf(difference.at, difference.name),
        header: where(difference.place),
        schema: at(difference.field.origin),
      };
    case "field-renamed": {
      const { at: aggregate, member, name, field } = difference;
      return {
        change: "renamed",
        subject: "field",
        name: pathOf(aggregate, member.name ?? ""),
        was: name,
        now: member.name ?? "",
        header: where(member.place),
        schema: at(field.origin),
      };
    }
    case "type-changed": {
      const { at: aggregate, member, name, field, was, now } = difference;
      return {
        change: "changed",
        subject: "type",
        name: pathOf(aggregate, name),
        was,
        now,
        header: where(member.place),
        schema: at(field.type ? within(field.origin, "type") : field.origin),
      };
    }
    case "order-changed": {
      const { at: aggregate, was, now, place } = difference;
      return {
        change: "changed",
        subject: "order",
        name: pathOf(aggregate),
        was: was.join(", "),
        now: now.join(", "),
        header: where(place),
        schema: at((aggregate.inside.at(-1) ?? aggregate.struct).origin),
      };
    }
    case "alignment-changed": {
      const { at: aggregate, field, was, now, place } = difference;
      const words = (bytes: number) => (bytes === 0 ? "no aligned attribute" : `aligned(${bytes})`);
      return {
        change: "changed",
        subject: "alignment",
        name: pathOf(aggregate, field?.key),
        was: words(was),
        now: words(now),
        header: where(place),
        schema: at((field ?? aggregate.struct).origin),
      };
    }
    case "layout-changed": {
      const { at: aggregate, was, now, packed, place } = difference;
      return {
        change: "changed",
        subject: "layout",
        name: pathOf(aggregate),
        was: `${was.size} bytes aligned to ${was.align}`,
        now: `${now.size} bytes aligned to ${now.align}${packed ? ", packed" : ""}`,
        header: where(place),
        schema: at(aggregate.struct.origin),
      };
    }
    case "number-added": {
      const { header } = difference;
      const { kind: subject, name, value, place } = header;
      return { change: "added", subject, name, now: String(value), header: where(place) };
    }
    case "number-removed": {
      const { name, value, origin } = difference.described;
      return {
        change: "removed",
        subject: subjectOf(difference.described),
        name,
        was: String(value),
        schema: at(origin),
      };
    }
    case "number-changed": {
      const { described, header } = difference;
      return {
        change: "changed",
        subject: header.kind,
        name: header.name,
        was: String(described.value),
        now: String(header.value),
        header: where(header.place),
        schema: at(
          within(
            described.origin,
            described.item.kind === "record" || described.item.kind === "object" ? "number" : "value",
          ),
        ),
      };
    }
    case "architecture-added":
      return {
        change: "added",
        subject: "architecture",
        name: difference.id,
        ...(difference.arch && { schema: at(difference.arch.origin) }),
      };
    case "architecture-removed":
      return {
        change: "removed",
        subject: "architecture",
        name: difference.arch.id,
        ...(difference.refusal && { reason: difference.refusal.message, header: where(difference.refusal) }),
        schema: at(difference.arch.origin),
      };
  }
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
