/** Edits for differences of enumerators and defines: record and object types, enumerations, constants. */
import type { Origin } from "../../load/document.js";
import type { Arch, Enumeration, Model } from "../../model.js";
import type { DescribedNumber, HeaderPart } from "../described.js";
import type { DifferenceOf, SharedDifference } from "../difference.js";
import type { HeaderNumber } from "../model.js";
import { CannotImport } from "./cannot-import.js";
import { firstVersion, valueAtPath } from "./files.js";
import { changeValue } from "./history.js";
import { groups, type ImportPlan } from "./plan.js";
import type { EntryLines, YamlFile } from "./yaml-file.js";

export interface NumberPlan extends ImportPlan {
  readonly model: Model;
  /** Keys of the structs in the new version, including added ones. */
  readonly structs: ReadonlySet<string>;
  /** Numbers of the schema in the new version, by name. */
  readonly numbers: ReadonlyMap<string, DescribedNumber>;
  /** Groups of the headers some of whose enumerators the schema has. */
  readonly known: ReadonlySet<string>;
}

/**
 * Edits the schema for differences of numbers.
 *
 * @returns names of new record types
 */
export function planNumbers(plan: NumberPlan, shared: readonly SharedDifference[]): string[] {
  const records: string[] = [];
  /** By known number, the entry that new numbers are inserted after. */
  const anchors = new Map<string, string | undefined>();
  const nameless = namelessGroups(plan, shared);
  for (const group of groups(shared, "number-added", ({ header }) => header.name)) {
    const values = new Map(
      group.flatMap(({ difference, arches }) => arches.map((arch) => [arch, difference.header.value] as const)),
    );
    const { difference } = group[0] as (typeof group)[number];
    const { header, before } = difference;
    const anchor = before !== undefined && anchors.has(before) ? anchors.get(before) : before;
    anchors.set(header.name, anchor);
    const known = entryOf(plan.model, header.name);
    if (known) {
      revive(plan, header, known, values);
      continue;
    }
    const limit = plan.entries.limit([...values.keys()], plan.arches);
    const neighbour = anchor === undefined ? undefined : plan.numbers.get(anchor);
    const record = addNumber(plan, { ...difference, values, limit, neighbour }, nameless);
    if (record !== undefined) records.push(record);
  }
  for (const group of groups(shared, "number-removed", ({ described }) => described.name)) {
    const { described } = (group[0] as (typeof group)[number]).difference;
    const arches = group.flatMap((one) => one.arches);
    removeNumber(plan, described, arches);
  }
  for (const group of groups(shared, "number-changed", ({ described }) => described.name)) {
    const { described } = (group[0] as (typeof group)[number]).difference;
    // A sentinel is computed from the other enumerators.
    if (described.item.kind === "enumerator" && described.item.enumerator.sentinel) continue;
    const changes = new Map(
      group.flatMap(({ difference, arches }) => arches.map(({ id }) => [id, String(difference.header.value)] as const)),
    );
    changeNumber(plan, described.origin, changes);
  }
  return records;
}

/** Path of the value of an entry. */
function valuePath({ path }: Origin): readonly (string | number)[] {
  return [...path, path[0] === "records" || path[0] === "objects" ? "number" : "value"];
}

function changeNumber(plan: NumberPlan, origin: Origin, changes: ReadonlyMap<string, string>, gone?: string): void {
  const { document, path } = origin;
  changeValue({
    file: plan.edit.of(document),
    path: valuePath(origin),
    changes,
    version: plan.version,
    first: firstVersion(document, path, plan.oldest),
    arches: archesWith(plan, origin),
    ...limitOf(origin),
    ...(gone !== undefined && { gone }),
  });
}

/** Architectures that the entry is limited to. */
function limitOf({ document, path }: Origin): { limit?: readonly string[] } {
  const own = valueAtPath(document, [...path, "arches"]);
  if (Array.isArray(own)) return { limit: own as string[] };
  const family = valueAtPath(document, ["family"]);
  return typeof family === "string" ? { limit: [family] } : {};
}

function archesWith(plan: NumberPlan, origin: Origin): Arch[] {
  const { limit } = limitOf(origin);
  return plan.arches.filter(({ id, family }) => limit === undefined || limit.includes(id) || limit.includes(family));
}

/** The entry with the name, if it has no value in the new version. */
function entryOf(model: Model, name: string): Origin | undefined {
  const [, record] = /^CKPT_HDR_(.+)$/.exec(name) ?? [];
  const [, object] = /^CKPT_OBJ_(.+)$/.exec(name) ?? [];
  return (
    model.records.find((each) => each.name === record)?.origin ??
    model.objects.find((each) => each.name === object)?.origin ??
    model.enums.flatMap(({ values }) => values).find((each) => each.name === name)?.origin ??
    model.constants.find((each) => each.name === name)?.origin
  );
}

/** Restores a number that existed earlier, or exists on other architectures. */
function revive(plan: NumberPlan, header: HeaderNumber, origin: Origin, values: ReadonlyMap<Arch, bigint>): void {
  const { document, path } = origin;
  const { limit } = limitOf(origin);
  const outside = [...values.keys()].find(({ id, family }) => limit && !limit.includes(id) && !limit.includes(family));
  if (outside || valueAtPath(document, [...path, "sentinel"]) === true)
    throw new CannotImport(
      header.place,
      outside
        ? `${header.name} is new on ${outside.id}, and ${document.file} limits it to ${limit?.join(", ") ?? "others"}`
        : `${header.name} was removed and is back, and ${document.file} computes its value from the others`,
      "write it into the schema by hand",
    );
  const until = valueAtPath(document, [...path, "until"]);
  const changes = new Map([...values].map(([{ id }, value]) => [id, String(value)]));
  if (typeof until === "string") plan.edit.of(document).removeKey([...path, "until"]);
  changeNumber(plan, origin, changes, typeof until === "string" ? until : undefined);
}

function removeNumber(plan: NumberPlan, described: DescribedNumber, arches: readonly Arch[]): void {
  const { origin, name } = described;
  const all = plan.arches.filter((arch) => valueOn(plan, name, arch));
  if (arches.length < all.length) changeNumber(plan, origin, new Map(arches.map(({ id }) => [id, "absent"])));
  else
    plan.edit.of(origin.document).addKey(origin.path, "until", plan.version, ["number", "value", "sentinel", "since"]);
}

function valueOn({ model }: NumberPlan, name: string, arch: Arch): boolean {
  const version = model.versions.at(-1);
  if (!version) return false;
  const abi = { version, arch, name: `${version.id}/${arch.id}` };
  const all = [...model.enums.flatMap(({ values }) => values), ...model.constants];
  return all.some((each) => each.name === name && each.value.at(abi) !== undefined);
}

/** A number that the schema does not have yet. */
interface NewNumber extends DifferenceOf<"number-added"> {
  readonly values: ReadonlyMap<Arch, bigint>;
  /** Architectures and families that the number is limited to; empty if all have it. */
  readonly limit: readonly string[];
  /** The known number that it follows in the headers. */
  readonly neighbour: DescribedNumber | undefined;
}

/** @returns the name of the record type, if the number is one */
function addNumber(plan: NumberPlan, added: NewNumber, nameless: ReadonlySet<string>): string | undefined {
  const { header, neighbour } = added;
  const [, prefix, name = ""] =
    (header.kind === "enumerator" ? /^CKPT_(HDR|OBJ)_(\w+)$/.exec(header.name) : undefined) ?? [];
  if (prefix === "HDR") {
    addRecord(plan, added, name);
    return name;
  }
  if (prefix === "OBJ") {
    addObject(plan, added, name);
    return undefined;
  }
  const enumeration = enumerationFor(plan, header, neighbour) ?? begunFor(plan, header, nameless);
  if (enumeration) addEnumerator(plan, added, enumeration);
  else if (header.kind === "define") addConstant(plan, added);
  else throw withoutEnumeration(header, nameless.size);
  return undefined;
}

function addRecord(plan: NumberPlan, { header, values, limit, neighbour }: NewNumber, name: string): void {
  const struct = `ckpt_hdr_${name.toLowerCase()}`;
  const lines = [
    `number: ${valueText(values)}`,
    `since: ${plan.version}`,
    ...(limit.length > 0 ? [`arches: [${limit.join(", ")}]`] : []),
    "summary: TODO",
    "purpose: TODO",
    ...(plan.structs.has(struct) ? [`struct: ${struct}`] : ["payload:", "  kind: bytes", "  doc: TODO"]),
  ];
  const after = neighbour?.item.kind === "record" ? neighbour.item.record.name : undefined;
  fileWith(plan, header, "records").addEntry(["records"], entry(name, lines), after);
}

function addObject(plan: NumberPlan, { header, values, limit, neighbour }: NewNumber, name: string): void {
  const lines = [
    `number: ${valueText(values)}`,
    `since: ${plan.version}`,
    "summary: TODO",
    ...(limit.length > 0 ? [`# TODO: only on ${limit.join(", ")}`] : []),
  ];
  const after = neighbour?.item.kind === "object" ? neighbour.item.object.name : undefined;
  fileWith(plan, header, "objects").addEntry(["objects"], entry(name, lines), after);
}

function addEnumerator({ edit, version }: NumberPlan, added: NewNumber, enumeration: Enumeration): void {
  const { header, values, neighbour } = added;
  const { origin, family } = enumeration;
  const [ofFamily = 0n] = values.values();
  const value = family === undefined ? limitedValue(added) : String(ofFamily);
  const after =
    neighbour?.item.kind === "enumerator" && neighbour.item.enumeration === enumeration ? neighbour.name : undefined;
  edit
    .of(origin.document)
    .addEntry(
      [...origin.path, "values"],
      entry(header.name, [`value: ${value}`, `since: ${version}`, "doc: TODO"]),
      after,
    );
}

const HEADER_OF_PART: Readonly<Record<HeaderPart, string>> = {
  structs: "linux/checkpoint_hdr.h",
  flags: "linux/checkpoint.h",
  architecture: "asm/checkpoint_hdr.h",
};

function addConstant(plan: NumberPlan, added: NewNumber): void {
  const { header, part, neighbour } = added;
  const lines = [
    `value: ${limitedValue(added)}`,
    `since: ${plan.version}`,
    `header: ${HEADER_OF_PART[part]}`,
    "doc: TODO",
  ];
  const after = neighbour?.item.kind === "constant" ? neighbour.name : undefined;
  fileWith(plan, header, "constants").addEntry(["constants"], entry(header.name, lines), after);
}

/** @param count number of new enumerations without a tag */
function withoutEnumeration({ name, place, tag }: HeaderNumber, count: number): CannotImport {
  return new CannotImport(
    place,
    `${name} belongs to no enumeration that the schema knows`,
    tag
      ? `add an enumeration with \`c: ${tag}\` to schema/enums.yaml, with a summary and \`values: {}\``
      : count > 1
        ? `${count} enumerations without a tag are new: add each to schema/enums.yaml, with its first value`
        : "add an enumeration to schema/enums.yaml, with a summary and `values: {}`",
  );
}

/** The value with its limit: `{ x86: 7 }`. */
function limitedValue({ values, limit }: NewNumber): string {
  const value = valueText(values);
  if (limit.length === 0 || value.startsWith("{")) return value;
  return `{ ${limit.map((id) => `${id}: ${value}`).join(", ")} }`;
}

/** One value, or one per architecture if they differ. */
function valueText(values: ReadonlyMap<Arch, bigint>): string {
  const [value = 0n, ...others] = new Set(values.values());
  if (others.length === 0) return String(value);
  return `{ ${[...values].map(([{ id }, each]) => `${id}: ${each}`).join(", ")} }`;
}

/** The enumeration of a new number: by the tag, by the neighbour, or, for a define, by the common prefix of its enumerators. */
function enumerationFor(
  { model, numbers }: NumberPlan,
  header: HeaderNumber,
  neighbour: DescribedNumber | undefined,
): Enumeration | undefined {
  const own = model.enums.filter(({ external }) => external === undefined);
  if (header.kind === "enumerator") {
    const byTag = header.tag ? own.find(({ tag }) => tag === header.tag) : undefined;
    if (byTag || header.tag) return byTag;
    if (neighbour?.item.kind === "enumerator") return neighbour.item.enumeration;
  }
  const like = own.filter(
    ({ defines, values }) =>
      defines === (header.kind === "define") &&
      values.some(({ name }) => numbers.has(name)) &&
      header.name.startsWith(commonPrefix(values.map(({ name }) => name))),
  );
  return like.length === 1 ? like[0] : undefined;
}

/** Groups of added enumerators without a tag that belong to no known enumeration. */
function namelessGroups(plan: NumberPlan, shared: readonly SharedDifference[]): Set<string> {
  return new Set(
    shared.flatMap(({ difference }) => {
      if (difference.kind !== "number-added" || difference.header.kind !== "enumerator") return [];
      const { header } = difference;
      const isOfOne = header.tag || /^CKPT_(?:HDR|OBJ)_/.test(header.name) || entryOf(plan.model, header.name);
      return isOfOne || plan.known.has(header.group) ? [] : [header.group];
    }),
  );
}

/** An enumeration without tag and values that was added to the schema by hand, if only one enumeration of the headers can be meant. */
function begunFor({ model }: NumberPlan, header: HeaderNumber, nameless: ReadonlySet<string>): Enumeration | undefined {
  if (header.kind !== "enumerator" || header.tag || nameless.size !== 1 || !nameless.has(header.group))
    return undefined;
  const begun = model.enums.filter(
    ({ external, tag, defines, values }) =>
      external === undefined && tag === undefined && !defines && values.length === 0,
  );
  return begun.length === 1 ? begun[0] : undefined;
}

/** Longest common prefix of whole words, at least one: `CKPT_X86_SEG_`. */
function commonPrefix(names: readonly string[]): string {
  const [first = "", ...others] = names.map((name) => name.split("_"));
  const words =
    typeof first === "string"
      ? []
      : first.filter((_, index) =>
          others.every((other) => first.slice(0, index + 1).every((word, at) => other[at] === word)),
        );
  const prefix = words.slice(0, Math.max(1, (typeof first === "string" ? 0 : first.length) - 1)).join("_");
  return prefix === "" || prefix === "CKPT" ? "\0" : `${prefix}_`;
}

function fileWith({ edit }: NumberPlan, header: HeaderNumber, section: string): YamlFile {
  const [file] = edit.withSection(section);
  if (!file) throw new CannotImport(header.place, `no file of the schema has \`${section}\``, "begin one");
  return file;
}

function entry(key: string, lines: EntryLines): EntryLines {
  return [`${key}:`, ...lines.map((line) => `  ${line}`)];
}
