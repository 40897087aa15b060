/**
 * Writes differences between headers and the schema into the schema as a new version.
 *
 * In: the texts of the schema and headers. Out: the new texts, in which comments and other formatting are preserved, or the reason why the change has
 * to be made by hand. Pure: nothing is written here.
 *
 *   texts ─ version ─▶ compare ─ structs, numbers, grammar ─▶ renames ─▶ compare again: nothing may differ
 */
import type { SchemaText } from "../../load/index.js";
import type { Arch, Model } from "../../model.js";
import type { Problem } from "../../problem.js";
import type { SchemaFiles } from "../../read-schema.js";
import { BrokenHeader, isRefusal, REFUSED } from "../broken.js";
import { compareHeaders, type HeaderComparison } from "../compare.js";
import { extents } from "../compare-structs.js";
import { type Description, describe, knownTo } from "../described.js";
import type { DifferenceOf, SharedDifference } from "../difference.js";
import { directoryOf } from "../machines.js";
import type { SourcePlace } from "../model.js";
import { isPlain } from "../plain.js";
import { type Defines, readHeaders } from "../read.js";
import { report, reportLines } from "../report.js";
import { describeSchema } from "../schema.js";
import type { HeaderSources } from "../sources.js";
import { CannotImport } from "./cannot-import.js";
import { EntryWriter } from "./entries.js";
import { SchemaEdit } from "./files.js";
import { waitForPlace } from "./grammar.js";
import { type NumberPlan, planNumbers } from "./numbers.js";
import { structId } from "./plan.js";
import { type Rename, renameAll } from "./renames.js";
import { planStructs } from "./structs.js";
import { addVersion, type NewVersion } from "./version.js";

export interface ImportRequest {
  readonly version: NewVersion;
  /** Whether to treat likely renames as renames. */
  readonly renames: boolean;
  readonly defines?: Defines;
}

export type Imported =
  | { readonly outcome: "nothing"; readonly as: string }
  /** The version exists, and the headers differ from it. */
  | { readonly outcome: "taken"; readonly comparison: HeaderComparison }
  | {
      readonly outcome: "written";
      readonly texts: readonly SchemaText[];
      readonly comparison: HeaderComparison;
      readonly unplaced: readonly string[];
      /** Architectures of the previous version that the new one does not have. */
      readonly without: readonly DifferenceOf<"architecture-removed">[];
      /** Architectures that the previous version does not have. */
      readonly gained: readonly DifferenceOf<"architecture-added">[];
    };

/** Inputs of an import that stay the same. */
interface Source {
  readonly sources: HeaderSources;
  readonly jsonSchema: object;
  readonly defines?: Defines;
}

/**
 * Imports headers as a new version.
 *
 * @throws {BrokenHeader} when the headers cannot be read; {@link CannotImport} for a change that has to be made by hand
 */
export function importHeaders(
  sources: HeaderSources,
  { texts, jsonSchema }: SchemaFiles,
  request: ImportRequest,
): Imported {
  const source: Source = { sources, jsonSchema, ...(request.defines && { defines: request.defines }) };
  const { id } = request.version;
  const old = describeTexts(source, texts);
  const taken = old.model.versions.find((version) => version.id === id);
  const newest = taken ?? old.model.versions.at(-1);
  if (!newest) throw new CannotImport(beginOf(texts), "the schema has no version", "begin with one");
  const comparison = compareHeaders(sources, old, { version: newest, ...defined(source) });
  refuseNothing(comparison, sources);
  if (comparison.differences.length === 0) return { outcome: "nothing", as: newest.id };
  if (taken) return { outcome: "taken", comparison };
  for (const { difference } of comparison.differences)
    if (difference.kind === "architecture-added" && !difference.arch)
      throw new CannotImport(
        sources.byDirectory.get(difference.id)?.place(0) ?? beginOf(texts),
        `the headers have the architecture ${difference.id}, which the schema does not know`,
        "describe it under `arches` and `families` in schema/abi.yaml first",
      );

  const begun = new SchemaEdit(texts);
  addVersion(begun, old.model, request.version, readableArches(source, old));
  const changed = planChanges(source, begun.texts(), id, request.renames);
  verify(source, changed.texts, id);
  const without = comparison.differences.flatMap(({ difference }) =>
    difference.kind === "architecture-removed" ? [difference] : [],
  );
  const gained = comparison.differences.flatMap(({ difference }) =>
    difference.kind === "architecture-added" ? [difference] : [],
  );
  return { outcome: "written", ...changed, without, gained };
}

/** Throws when nothing was compared, because then nothing can be reported as equal. */
function refuseNothing({ abis, refused }: HeaderComparison, sources: HeaderSources): void {
  if (abis.length > 0) return;
  const [first] = refused;
  const why = "the headers support no architecture of the schema";
  const [header] = [sources.generic, ...sources.byDirectory.values()];
  if (!first && header)
    throw new BrokenHeader(header.place(0), REFUSED, `nothing was compared: ${why}`, "give the headers of one");
  if (!first) return;
  throw new BrokenHeader(
    first.problem,
    REFUSED,
    `nothing was compared: the headers refuse every architecture (${refused.map(({ arch }) => arch.id).join(", ")})`,
    "define the macros of their conditionals: --define NAME=VALUE",
  );
}

function planChanges(source: Source, texts: readonly SchemaText[], id: string, renames: boolean) {
  const description = describeTexts(source, texts);
  const comparison = compareVersion(source, description, id, renames);
  const shared = comparison.differences;
  const edit = new SchemaEdit(texts);
  const plan = planOf(description, comparison, edit, texts);
  planStructs(plan, shared);
  const unplaced = planNumbers(plan, shared);
  waitForPlace(edit, unplaced, id);
  const planned = edit.texts();
  if (!shared.some(({ difference }) => difference.kind.endsWith("-renamed")))
    return { texts: planned, comparison, unplaced };

  const again = describeTexts(source, planned);
  const last = new SchemaEdit(planned);
  renameAll(last, again.model, renamesIn(shared, again.model), id);
  return { texts: last.texts(), comparison, unplaced };
}

/** What the edits need to know of the schema and of the headers. */
function planOf(
  description: Description,
  comparison: HeaderComparison,
  edit: SchemaEdit,
  texts: readonly SchemaText[],
): NumberPlan {
  const { model } = description;
  const { abis, version } = comparison;
  const tags = tagsOf(description, comparison.differences);
  const numbers = new Map(abis.flatMap((abi) => [...describe(description, abi).numbers]));
  const constants = new Set([
    ...[...numbers].filter(([, { item }]) => item.kind === "constant").map(([name]) => name),
    ...model.constants.filter(({ external }) => external).map(({ name }) => name),
  ]);
  const laidOut = abis.flatMap((abi) => {
    const header = comparison.headers.get(abi.arch.id);
    return header ? [{ arch: abi.arch, header, extentOf: extents(describe(description, abi), header) }] : [];
  });
  const variantsOf = (tag: string) =>
    laidOut.flatMap(({ arch, header, extentOf }) => {
      const struct = header.structs.get(tag);
      return struct ? [{ arch, struct, extentOf }] : [];
    });
  const isPlainEverywhere = (tag: string) =>
    variantsOf(tag).every(({ arch, struct, extentOf }) => isPlain(struct, arch, extentOf));
  const nameOf = (tag: string) => tags.get(tag) ?? tag;
  const known = laidOut.flatMap(({ header }) =>
    [...header.numbers.values()].flatMap(({ name, group }) => (numbers.has(name) ? [group] : [])),
  );
  return {
    edit,
    structOf: (tag) => new Map(variantsOf(tag).map(({ arch, struct }) => [arch, struct])),
    entries: new EntryWriter(model, nameOf, constants, isPlainEverywhere, anonymousIn(texts)),
    version: version.id,
    oldest: model.versions[0]?.id ?? version.id,
    arches: abis.map(({ arch }) => arch),
    model,
    structs: new Set(tags.values()),
    numbers,
    known: new Set(known),
  };
}

/** The highest number in the key of an anonymous member. */
function anonymousIn(texts: readonly SchemaText[]): number {
  const numbers = texts.flatMap(({ text }) =>
    [...text.matchAll(/\banonymous_(\d{1,9})\b/g)].map(([, digits]) => Number(digits)),
  );
  return numbers.reduce((highest, number) => Math.max(highest, number), 0);
}

/**
 * Verifies that the headers equal the new version.
 *
 * @throws {CannotImport} when they still differ
 */
function verify(source: Source, texts: readonly SchemaText[], id: string): void {
  const comparison = compareVersion(source, describeTexts(source, texts, true), id, true);
  const { differences, ...found } = report(comparison);
  const [left] = differences;
  if (!left) return;
  const { file, line, column } = left.header ?? left.schema ?? beginOf(texts);
  // The report of one difference without its summary.
  const [difference = ""] = reportLines({ ...found, differences: [left], hazards: [], notes: [] });
  throw new CannotImport(
    { file, line, column, source: "" },
    `the change cannot be written into the schema; what remains: ${difference.replace(`${file}:${line}:${column}: `, "")}`,
    "write it by hand; `header check` lists the differences",
  );
}

function beginOf([first]: readonly SchemaText[]): SourcePlace {
  return { file: first?.file ?? "schema", line: 1, column: 1, source: first?.text.split("\n")[0] ?? "" };
}

function compareVersion(
  { sources, ...source }: Source,
  description: Description,
  id: string,
  renames: boolean,
): HeaderComparison {
  const version = description.model.versions.find((each) => each.id === id);
  if (!version) throw new Error(`no version ${id}`);
  const arches = description.model.arches.filter((arch) => arch.versions.includes(version));
  return compareHeaders(sources, description, { version, arches, renames, ...defined(source) });
}

function defined({ defines }: { readonly defines?: Defines }): { defines?: Defines } {
  return defines ? { defines } : {};
}

/** Describes the texts, with placeholders for sentences that are yet to be written. */
function describeTexts({ jsonSchema }: Source, texts: readonly SchemaText[], wholly = false): Description {
  const filled = texts.map(({ file, text }) => ({
    file,
    text: text.replace(/\bcount: TODO\b/g, "count: 1").replace(/\bTODO\b/g, "Yet to be written."),
  }));
  const described = describeSchema({ texts: filled, jsonSchema }, wholly);
  if ("description" in described) return described.description;
  const [problem] = described.problems as readonly [Problem];
  throw new CannotImport(
    { file: problem.file, line: problem.line, column: problem.column, source: problem.source },
    `the schema would be wrong: ${problem.message}`,
    "write the change by hand",
  );
}

/** Architectures that the headers support. */
function readableArches({ sources, defines }: Source, description: Description): Arch[] {
  return description.model.arches.filter((arch) => {
    if (!sources.archHeader(directoryOf(arch)) && sources.hasArchitectures) return false;
    const abi = description.model.abis.filter((each) => each.arch === arch).at(-1);
    if (!abi) return false;
    try {
      readHeaders(sources, arch, knownTo(describe(description, abi)), defines);
      return true;
    } catch (error) {
      if (isRefusal(error)) return false;
      throw error;
    }
  });
}

/** Keys of the structs of the new version by C name; added structs use their C name as the key. */
function tagsOf(description: Description, shared: readonly SharedDifference[]): Map<string, string> {
  const { model } = description;
  const version = model.versions.at(-1);
  const tags = new Map<string, string>();
  for (const abi of model.abis)
    if (abi.version === version)
      for (const struct of description.layoutsOf(abi).keys()) tags.set(struct.names.at(abi) ?? struct.key, struct.key);
  for (const { difference } of shared) {
    if (difference.kind === "struct-added") tags.set(difference.header.tag, difference.header.tag);
    if (difference.kind === "struct-renamed") tags.set(difference.header.tag, difference.described.struct.key);
  }
  return tags;
}

function renamesIn(shared: readonly SharedDifference[], model: Model): Rename[] {
  const renames = new Map<string, Rename>();
  const now = (id: string) => model.structs.find((struct) => structId(struct) === id);
  for (const { difference } of shared) {
    if (difference.kind === "struct-renamed") {
      const id = structId(difference.described.struct);
      const struct = now(id);
      if (struct) renames.set(id, { kind: "struct", struct, name: difference.header.tag });
    }
    if (difference.kind === "field-renamed") {
      const { at, field, member } = difference;
      const id = structId(at.struct);
      const struct = now(id);
      const path = [...at.inside.map(({ key }) => key), field.key];
      const origin = struct && { document: struct.origin.document, path: field.origin.path };
      if (struct && origin)
        renames.set(`${id}.${path.join(".")}`, { kind: "field", struct, origin, path, name: member.name ?? "" });
    }
  }
  return [...renames.values()];
}
