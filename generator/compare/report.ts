/**
 * Puts the findings of a comparison into words: what changed, where, its effect, and what to do instead.
 *
 * In: findings. Out: entries, equal for the terminal and for JSON; {@link compatibilityLines} writes them as text.
 */

import { abiRanges } from "../abi.js";
import { problemAt } from "../load/document.js";
import type { Abi, Version } from "../model.js";
import type { Change } from "./change.js";
import type { AbiFinding, Comparison } from "./index.js";
import { type ChangeKind, EFFECTS, type Effect } from "./kinds.js";

export interface CompatibilityEntry {
  readonly effect: Effect;
  readonly kind: ChangeKind;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Whether the thing no longer exists, so that the place is one of the old revision. */
  readonly gone: boolean;
  readonly subject: string;
  readonly from?: string;
  readonly to?: string;
  /** What changed, in one sentence. */
  readonly message: string;
  /** Version ranges by architecture; empty for a change that belongs to no architecture. */
  readonly abis: Readonly<Record<string, string>>;
  /** `abis` in words, e.g. `v17..v21 on x86_64, s390x`. */
  readonly where: string;
  readonly affected: string;
  /** What to do instead; absent for documentation. */
  readonly advice?: string;
}

export interface CompatibilityReport {
  /** Entries, worst first, then in the order of files and lines. */
  readonly entries: readonly CompatibilityEntry[];
  /** New versions and architectures in words. They have no released images, so they may differ freely. */
  readonly information: readonly string[];
  readonly breaking: number;
  readonly summary: string;
}

const HEADINGS: Readonly<Record<Effect, string>> = {
  images: "breaking: old images unreadable",
  readers: "breaking: old readers broken",
  documentation: "documentation only",
};

/** Describes a kind of change, and what to do instead. `next` is the new version that should have the change. */
type Words = readonly [what: string, advice?: (change: AdvisedChange) => string];

interface AdvisedChange extends Change {
  /** First version for which the change holds. */
  readonly first: string;
  readonly next: string;
}

const since = ({ next }: AdvisedChange) => `say \`since: ${next}\``;
const keep = ({ next }: AdvisedChange) => `keep the entry and say \`until: ${next}\``;
const keepOrRemember = (change: AdvisedChange) => `${keep(change)}, or keep unchanged what uses it`;
const history =
  (key: string) =>
  ({ first, next, from, to }: AdvisedChange) =>
    `give the change a new version instead: \`${key}: { ${first}: ${yaml(from)}, ${next}: ${yaml(to)} }\``;
const newVersion = ({ next }: AdvisedChange) =>
  `give the change a new version instead: keep what these versions have, and limit it with \`until: ${next}\` and the new with \`since: ${next}\``;
const keepLayout = ({ next }: AdvisedChange) =>
  `keep the layout of these versions: what is new gets \`since: ${next}\`, what goes \`until: ${next}\`, and \`type\`, \`order\` and \`aligned\` a history`;
const newArch = () => "keep these values: a machine that differs in them is another architecture with an id of its own";
const newName = ({ next, first, from, to }: AdvisedChange) =>
  `keep the old name in these versions: \`names: { ${first}: ${bare(from)}, ${next}: ${bare(to)} }\``;
const description = () => "keep it, unless the description was wrong and the released header had this";

const WORDS: Readonly<Record<ChangeKind, Words>> = {
  "version-removed": ["was removed", () => "put it back: images of it exist, and programs import it by its id"],
  "arch-removed": ["was removed from these versions", () => "put the versions back into its `versions`"],
  "byte-order": ["byte order", newArch],
  "word-size": ["word size", newArch],
  "align-64": ["alignment of 64-bit members", newArch],
  "arch-id": ["enumerator of its id", newArch],
  "usual-page-size": ["usual page size", newArch],
  "page-size-removed": ["no longer has", () => "keep it in `page_sizes`"],
  "page-size-added": ["now has"],
  "machine-removed": ["no longer has", () => "keep it in `machines`"],
  "machine-added": ["now has"],
  "struct-removed": ["was removed", keep],
  "struct-laid-out": ["layout", keepLayout],
  "struct-realigned": ["alignment", keepLayout],
  "struct-renamed": ["C name", newName],
  "struct-added": ["is new", since],
  "external-added": ["is new"],
  "external-changed": ["value", description],
  "member-removed": ["was removed", keep],
  "member-added": ["is new", since],
  "member-retyped": ["type", history("type")],
  "member-count": ["number of elements", newVersion],
  "member-const": ["allowed value", newVersion],
  "member-renamed": ["C name", newName],
  "padding-removed": ["padding lost its name", keep],
  "padding-added": ["padding got a name", since],
  "member-type-named": ["type", history("type")],
  "member-reserved": ["", newVersion],
  "number-changed": ["value", (change) => history(isNumbered(change) ? "number" : "value")(change)],
  "number-removed": ["was removed", keep],
  "number-renamed": ["C name", newVersion],
  "number-owner": ["defined by", description],
  "number-added": ["is new", since],
  "enum-bits": ["values are", description],
  "record-removed": ["was removed", keep],
  "record-struct": ["content", newVersion],
  "record-payload": ["payload", newVersion],
  "record-raw": ["bytes after it", newVersion],
  "record-reserved": ["", description],
  "record-used": ["", description],
  "object-removed": ["was removed", keep],
  "object-framed": ["framed", history("framed")],
  "object-principal": ["principal record", description],
  "grammar-start": ["first rule", description],
  "rule-changed": ["", newVersion],
  "rule-extended": ["", since],
  "rule-labels": ["label", description],
  "rule-renamed": ["name", description],
  "body-removed": ["what follows OBJREF", keepOrRemember],
  "body-added": ["what follows OBJREF", since],
  documentation: [""],
};

/** Kinds that only add something: readers lose nothing, but meet something unknown. */
const ADDITIONS = new Set<ChangeKind>(["struct-added", "number-added", "rule-extended", "record-used"]);

/** Kinds after which `encode` requires other values than before. */
const PADDING = new Set<ChangeKind>(["padding-added", "padding-removed"]);

/** Puts the findings of a comparison into words, those with the worst effect first. */
export function compatibilityReport(comparison: Comparison): CompatibilityReport {
  const next = comparison.newVersions[0]?.id ?? "<new version>";
  // Keeps changes of one place together: sorting is stable.
  const entries = comparison.findings
    .map((finding) => entryOf(finding, comparison, next))
    .sort(
      (a, b) =>
        EFFECTS.indexOf(a.effect) - EFFECTS.indexOf(b.effect) ||
        (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column),
    );
  const count = (effect: Effect) => entries.filter((entry) => entry.effect === effect).length;
  const breaking = count("images") + count("readers");
  const texts = count("documentation");
  const both = `${count("images")} for old images, ${count("readers")} for old readers`;
  return {
    entries,
    information: informationOf(comparison),
    breaking,
    summary: `${rangeText(ends(comparison.versions))}: ${
      entries.length === 0
        ? "nothing changed"
        : `${breaking === 0 ? "nothing breaking" : `${counted(breaking, "breaking change")} (${both})`}, ${counted(texts, "change")} of documentation only`
    }`,
  };
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

function entryOf({ effect, change, abis }: AbiFinding, comparison: Comparison, next: string): CompatibilityEntry {
  const { kind, subject, from, to, place } = change;
  const { file, line, column } = problemAt(place.origin, { rule: kind, message: subject });
  const advice = WORDS[kind][1]?.({ ...change, first: abis[0]?.version.id ?? "", next });
  return {
    effect,
    kind,
    file,
    line,
    column,
    gone: place.gone === true,
    subject,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    message: messageOf(change),
    abis: abiRanges(abis, comparison.versions),
    where: whereOf(abis, comparison),
    affected: affectedBy(effect, kind),
    ...(advice !== undefined && { advice }),
  };
}

/** `ckpt_hdr_vma.vm_start: type u64 → u32`, `rule image: after record HEADER: nothing → record TREE` */
function messageOf(change: Change): string {
  const { kind, subject, detail, carries = [] } = change;
  const what = kind === "number-changed" && isNumbered(change) ? "number" : WORDS[kind][0];
  const values = valuesOf(change);
  const others = carries.length === 1 ? "1 struct that contains it" : `${carries.length} structs that contain it`;
  const more = carries.length === 0 ? "" : `; with it ${others}: ${someOf(carries)}`;
  // The detail is the position in the rule, or the only text.
  if (what === "") return `${subject}: ${[detail, values].filter(Boolean).join(": ")}`;
  return `${subject}: ${[what, values].filter(Boolean).join(" ")}${detail === undefined ? "" : `; ${detail}`}${more}`;
}

function valuesOf({ kind, from, to }: Change): string {
  if (from !== undefined && to !== undefined) return `${from} → ${to}`;
  if (/^(page-size|machine)-/.test(kind)) return from ?? to ?? "";
  if (from !== undefined) return `(it was ${from})`;
  return to === undefined ? "" : `(${to})`;
}

function someOf(names: readonly string[]): string {
  if (names.length <= 4) return names.join(", ");
  return `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
}

function affectedBy(effect: Effect, kind: ChangeKind): string {
  if (effect === "images") return "images already written under these versions would be decoded differently";
  if (effect === "documentation") return "no image and no program is affected";
  if (ADDITIONS.has(kind))
    return "old images decode as before, but programs of these versions do not know it and images written with it look like theirs";
  if (PADDING.has(kind)) return "old images decode as before, but programs that encode the struct give other members";
  return "old images decode as before, but programs that use the old name or form do not compile or find nothing";
}

/** `v17..v21 on x86_64, s390x; v22-arm on arm` */
function whereOf(abis: readonly Abi[], { released, versions }: Comparison): string {
  if (abis.length === 0) return "";
  if (abis.length === released.length) return `every released version, ${rangeText(ends(versions))}`;
  const arches = new Map<string, string[]>();
  for (const [arch, ranges] of Object.entries(abiRanges(abis, versions))) {
    const text = ranges.replace(/(\S+)\.\.\1(?=,|$)/g, "$1");
    arches.set(text, [...(arches.get(text) ?? []), arch]);
  }
  return [...arches].map(([ranges, names]) => `${ranges} on ${names.join(", ")}`).join("; ");
}

function ends(versions: readonly Version[]): readonly [string, string] {
  return [versions[0]?.id ?? "", versions.at(-1)?.id ?? ""];
}

function rangeText([first, last]: readonly [string, string]): string {
  return first === last ? first : `${first}..${last}`;
}

function informationOf({ appended, newVersions }: Comparison): string[] {
  const arches = new Map<Version, string[]>();
  for (const { version, arch } of appended) arches.set(version, [...(arches.get(version) ?? []), arch.id]);
  return [...arches].map(([version, names]) =>
    newVersions.includes(version)
      ? `new version ${version.id} on ${names.join(", ")}: free to differ`
      : `${version.id} is new on ${names.join(", ")}: free to differ`,
  );
}

/** Whether the schema key of the value is `number` (records and objects) rather than `value` (constants and enumerators). */
function isNumbered({ subject }: Change): boolean {
  return /^(record|object) /.test(subject);
}

/** The text as a value of the schema: structs without the word `struct`, brackets in quotes. */
function yaml(text = ""): string {
  return /[[\]]/.test(text) ? JSON.stringify(bare(text)) : bare(text);
}

function bare(text = ""): string {
  return text.replace(/^struct /, "");
}

/** How a terminal emphasises the worst entries; identity functions elsewhere. */
export interface Colours {
  readonly images: (text: string) => string;
  readonly readers: (text: string) => string;
  readonly documentation: (text: string) => string;
  readonly dim: (text: string) => string;
}

/**
 * The report as lines of text.
 *
 * @param against the old revision, in which removed things are located
 */
export function compatibilityLines(report: CompatibilityReport, against: string, colours: Colours): string[] {
  const entries = report.entries.flatMap(
    ({ effect, file, line, column, gone, message, where, affected, advice }): string[] => [
      `${file}:${line}:${column}${gone ? ` at ${against}` : ""}: ${colours[effect](HEADINGS[effect])}: ${message}`,
      ...(where === "" ? [] : [`    ${where}`]),
      ...(advice === undefined ? [] : [colours.dim(`    ${affected}; ${advice}`)]),
    ],
  );
  return [...entries, ...report.information, report.summary];
}
