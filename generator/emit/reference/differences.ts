/** Differences between architectures of one version, as tables with a column per architecture. */
import type { Expression } from "../../../runtime/expression.js";
import type { DistinctLayout, Layout } from "../../layout.js";
import { layoutMembers } from "../../members.js";
import type { Abi, Constant, Enumeration, Enumerator, Field, Model, RecordType, Struct } from "../../model.js";
import { enumeratorAddress, enumPage, recordPage, structPage } from "./addresses.js";
import { type Block, type Content, code, heading, joined, line, link, type Row, type TableColumn } from "./content.js";
import { hexOrDecimal } from "./fields.js";
import type { Site } from "./site.js";
import { enumerated } from "./spans.js";

/** Number of members that a cell names; the rest is counted. */
const NAMED = 2;

export function differences(site: Site): Block[] {
  return [
    ...table(site, "structs", "Structs", structRows(site)),
    ...table(site, "numbers", "Record numbers", recordRows(site)),
    ...table(site, "enums", "Enumerations", enumRows(site)),
    ...table(site, "constants", "Constants", constantRows(site)),
  ];
}

function table(site: Site, id: string, title: string, rows: readonly Row[]): Block[] {
  if (rows.length === 0) return [];
  const columns: TableColumn[] = [
    { title: "What, and why", wide: true },
    ...site.model.arches.map((arch): TableColumn => ({ title: arch.id })),
  ];
  return [
    heading(3, `differences-${id}`, title),
    { kind: "table", caption: `${title} that differ between architectures`, columns, rows },
  ];
}

/** A thing that may differ between architectures. */
interface ComparedItem {
  readonly name: Content;
  /** The value to compare; undefined in an ABI without the thing. */
  readonly valueAt: (abi: Abi) => unknown;
  readonly cell: (abi: Abi) => Content;
  /**
   * Reason for the difference.
   *
   * @param differing all ABIs of the versions in which it differs
   */
  readonly why: (differing: readonly Abi[]) => Content;
}

/** All ABIs of the versions in which the value differs between architectures. */
function differingAbis(model: Model, valueAt: ComparedItem["valueAt"]): Abi[] {
  return model.versions.flatMap((version) => {
    const abis = model.abis.filter((abi) => abi.version === version);
    return new Set(abis.map(valueAt)).size > 1 ? abis : [];
  });
}

/** The row of a thing, if it differs at all. */
function rowsOf({ model }: Site, { name, valueAt, cell, why }: ComparedItem): Row[] {
  const differing = differingAbis(model, valueAt);
  if (differing.length === 0) return [];
  const cells = model.arches.map((arch): Content => {
    const own = differing.filter((abi) => abi.arch === arch);
    const newest = own.filter((abi) => valueAt(abi) !== undefined).at(-1);
    if (!newest) return own.length === 0 ? [] : ["–"];
    const isNewest = newest.version === arch.versions.at(-1);
    return [...cell(newest), ...(isNewest ? [] : [line("in ", newest.version.id)])];
  });
  return [{ cells: [[...name, line(...why(differing))], ...cells] }];
}

function structRows(site: Site): Row[] {
  return [...site.structs].flatMap(([key, structs]) => {
    const layouts = new Map<Abi, DistinctLayout>();
    for (const struct of structs)
      for (const distinct of site.layouts.distinct.get(struct) ?? [])
        for (const abi of distinct.abis) layouts.set(abi, distinct);
    return rowsOf(site, {
      name: [code(key)],
      valueAt: (abi) => layouts.get(abi),
      cell: (abi) => layoutCell(abi, layouts),
      why: (differing) => reasonsOf(site, key, structs, differing, layouts),
    });
  });
}

/** The size of a layout, and the members that are not where other architectures have them. */
function layoutCell(abi: Abi, layouts: ReadonlyMap<Abi, DistinctLayout>): Content {
  const own = layouts.get(abi);
  if (!own) return [];
  const { struct, layout } = own;
  const others = [...layouts].flatMap(([other, distinct]) =>
    other.version === abi.version && distinct.struct === struct && distinct !== own ? [distinct.layout] : [],
  );
  const elsewhere = others.map((other) => new Map(placesOf(other)));
  const different = placesOf(layout).filter(([name, place]) => elsewhere.some((other) => other.get(name) !== place));
  const named = different.slice(0, NAMED);
  const more = different.length - named.length;
  const alignment = others.some(({ align }) => align !== layout.align) ? `, aligned to ${layout.align}` : "";
  return [
    link({ page: structPage(struct), anchor: abi.name }, `${layout.size} bytes${alignment}`),
    ...named.map(([name, place]) => line(code(name), `: ${place}`)),
    ...(more > 0 ? [line(`and ${more} more`)] : []),
  ];
}

/** Members by name, with offset and size as text. */
function placesOf(layout: Layout): [name: string, place: string][] {
  return layoutMembers(layout).map(({ path, offset, member }) => [path, `${member.size} at ${offset}`]);
}

/** The reason that the schema states, else the one that follows from layouts. */
function reasonsOf(
  site: Site,
  key: string,
  structs: readonly Struct[],
  differing: readonly Abi[],
  layouts: ReadonlyMap<Abi, DistinctLayout>,
): Content {
  const { model } = site;
  const reasons: Content[] = [];
  const families = structs.flatMap(({ family }) => family ?? []);
  if (families.length > 1) reasons.push([`${enumerated(families)} have structs of their own.`]);
  else if (families.length === 1) reasons.push([`Only ${families[0]} has it.`]);
  for (const { absent } of model.families.values()) {
    const reason = absent.get(key);
    if (reason !== undefined) reasons.push(site.prose(reason));
  }
  const acknowledged = structs.flatMap((struct) => struct.acknowledged);
  for (const reason of new Set(acknowledged.flatMap(({ lint, reason }) => (lint === "implicit-padding" ? [] : reason))))
    reasons.push(site.prose(reason));
  // Constants of a family exist nowhere else, so they do not explain a difference.
  const constants = [...new Set(structs.flatMap(({ family, fields }) => (family ? [] : constantsOf(fields))))].filter(
    (name) =>
      model.constants.some((one) => one.name === name && differingAbis(model, (abi) => one.value.at(abi)).length > 0),
  );
  if (constants.length > 0)
    reasons.push([
      "The length of an array follows ",
      ...joined(
        constants.map((name) => [site.name(name)]),
        ", ",
      ),
      ".",
    ]);
  if (acknowledged.length + constants.length === 0 && followsAlignment(model, differing, layouts)) {
    const loose = model.arches.filter(({ align64 }) => align64 < 8);
    reasons.push([`64-bit members of structs are aligned to 4 bytes on ${enumerated(loose.map(({ id }) => id))}.`]);
  }
  return joined(reasons, " ");
}

/** Whether the alignment of 64-bit members determines the layout of an architecture in every version with two layouts. */
function followsAlignment(model: Model, differing: readonly Abi[], layouts: ReadonlyMap<Abi, DistinctLayout>): boolean {
  const found = model.versions.flatMap((version) => {
    const abis = differing.filter((abi) => abi.version === version && layouts.has(abi));
    const distinct = new Set(abis.map((abi) => layouts.get(abi)));
    if (distinct.size < 2) return [];
    const pairs = new Set(abis.map((abi) => `${abi.arch.align64} ${layouts.get(abi)?.id}`));
    return [distinct.size === pairs.size && new Set(abis.map(({ arch }) => arch.align64)).size === pairs.size];
  });
  return found.length > 0 && found.every(Boolean);
}

/** Constants that determine lengths of arrays. */
function constantsOf(fields: readonly Field[]): string[] {
  return fields.flatMap(({ type, nested }) => [
    ...(type?.values().flatMap(({ dims }) => dims.flatMap(constantsIn)) ?? []),
    ...(nested ? [...nested.dims.flatMap(constantsIn), ...constantsOf(nested.fields)] : []),
  ]);
}

function constantsIn(expression: Expression): string[] {
  if (typeof expression === "number") return [];
  if (expression[0] === "constant") return [expression[1]];
  return expression.slice(1).flatMap((part) => (Array.isArray(part) ? constantsIn(part as Expression) : []));
}

function recordRows(site: Site): Row[] {
  return site.model.records.flatMap((record) =>
    rowsOf(site, {
      name: [link({ page: recordPage(record.name) }, code(record.name))],
      ...numbered(site, record, record.number, (value) => `${value}`),
    }),
  );
}

function enumRows(site: Site): Row[] {
  // Numbers of records have their own table.
  const records = new Set(site.model.records.map(({ name }) => `CKPT_HDR_${name}`));
  return site.model.enums.flatMap((enumeration) =>
    enumeration.family
      ? familyEnumRows(site, enumeration)
      : enumeration.values
          .filter(({ name }) => !records.has(name))
          .flatMap((value) => enumeratorRows(site, enumeration, value)),
  );
}

/** An enumeration of a family is shown as one row. */
function familyEnumRows(site: Site, enumeration: Enumeration): Row[] {
  const count = (abi: Abi) => enumeration.values.filter(({ value }) => value.at(abi) !== undefined).length || undefined;
  return rowsOf(site, {
    name: [link({ page: enumPage(enumeration.name) }, code(enumeration.name))],
    valueAt: count,
    cell: (abi) => [`${count(abi)} ${enumeration.bits ? "bits" : "values"}`],
    why: () => [`Only ${enumeration.family} has it. `, ...site.prose(enumeration.summary)],
  });
}

function enumeratorRows(site: Site, enumeration: Enumeration, value: Enumerator): Row[] {
  return rowsOf(site, {
    name: [link(enumeratorAddress(enumeration.name, value.name), code(value.name))],
    ...numbered(site, value, value.value, (number) =>
      enumeration.bits ? `0x${number.toString(16)}` : hexOrDecimal(number),
    ),
  });
}

function constantRows(site: Site): Row[] {
  return site.model.constants.flatMap((constant) =>
    rowsOf(site, {
      name: [site.name(constant.name)],
      ...numbered(site, constant, constant.value, (value) =>
        constant.format === "hex" ? `0x${value.toString(16)}` : `${value}`,
      ),
    }),
  );
}

/** The subject of a thing with a number. */
function numbered(
  site: Site,
  { doc }: Pick<RecordType | Enumerator | Constant, "doc">,
  value: Constant["value"],
  shown: (value: bigint) => string,
): Omit<ComparedItem, "name"> {
  return {
    valueAt: (abi) => value.at(abi),
    cell: (abi) => [code(shown(value.at(abi) as bigint))],
    why: () => site.prose(doc),
  };
}
