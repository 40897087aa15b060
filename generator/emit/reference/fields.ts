/** The fields of a layout as rows of a table, and the description of a field. */

import { type History, isHistory } from "../../../runtime/varying.js";
import type { DistinctLayout, LaidMember, Layout } from "../../layout.js";
import type { Abi, Field, Meaning } from "../../model.js";
import { cDeclaration, meaningsIn } from "../types.js";
import { enumPage, objectAddress, structPage } from "./addresses.js";
import { badge, type Content, code, type Inline, joined, line, link, type Row, type TableColumn } from "./content.js";
import { confidenceMark, type Site } from "./site.js";

export const FIELD_COLUMNS: readonly TableColumn[] = [
  { title: "Offset", numeric: true, copy: true },
  { title: "Size", numeric: true },
  { title: "Field", copy: true },
  { title: "Type", below: true },
  { title: "Meaning", below: true },
];

/**
 * The rows of a layout.
 *
 * @param anchorOf anchor of a field's row
 * @param page page of the table, so that it does not link to itself
 */
export function fieldRows(
  site: Site,
  { layout, abis }: DistinctLayout,
  page: string,
  anchorOf: (field: string) => string,
): Row[] {
  return rowsOf({ site, abis, page, anchorOf }, layout, "", 0);
}

interface Table {
  readonly site: Site;
  readonly abis: readonly Abi[];
  readonly page: string;
  readonly anchorOf: (field: string) => string;
}

/**
 * Rows of an aggregate.
 *
 * @param prefix path of the aggregate, with its dot; `base` is its offset in bytes
 */
function rowsOf(table: Table, layout: Layout, prefix: string, base: number): Row[] {
  const { site, abis, page, anchorOf } = table;
  const rows = layout.members.flatMap((member): (Row & { offset: number })[] => {
    const { field, type } = member;
    const path = prefix + (member.name ?? field.key);
    const offset = base + member.offset;
    const isNested = type.kind === "struct" || type.kind === "union";
    const own: Row & { offset: number } = {
      offset,
      anchor: anchorOf(path),
      field: path,
      range: { offset, size: member.size },
      ...(isNested && { tone: "group" as const }),
      cells: [
        [`${offset}`],
        [member.flexible ? "flexible" : `${member.size}`],
        [code(path), ...(member.name === null ? [" (anonymous)"] : [])],
        typeText(member, page),
        meaning(site, field, member, page, abis),
      ],
    };
    return [
      own,
      ...(isNested ? rowsOf(table, type.layout, `${path}.`, offset).map((row) => ({ ...row, offset })) : []),
    ];
  });
  const holes = layout.holes.map(({ offset, size }): Row & { offset: number } => ({
    offset: base + offset,
    range: { offset: base + offset, size },
    tone: "padding",
    cells: [[`${base + offset}`], [`${size}`], [], [], ["Padding that no field names."]],
  }));
  return [...rows, ...holes].sort((a, b) => a.offset - b.offset);
}

/** Declared C type, with a link to its struct. */
function typeText(member: LaidMember, page: string): Content {
  const { type } = member;
  const text = cDeclaration(member);
  if (type.kind !== "reference") return [code(text)];
  const address = { page: structPage(type.struct) };
  return address.page === page ? [code(text)] : [link(address, code(text))];
}

/** Everything that the schema states about a field in some ABIs. Where that changed, each meaning with its first version. */
export function meaning(
  site: Site,
  field: Field,
  member: LaidMember | undefined,
  page: string,
  abis: readonly Abi[],
): Content {
  const { model } = site;
  const summary = member?.type.kind === "reference" ? member.type.struct.summary : "";
  const content = (meaning: Meaning, life: Content) => meaningContent(site, meaning, life, summary, page);
  const varying = meaningsIn(field, abis);
  const life = lifeOf(field);
  const parts = isHistory(varying)
    ? historyContent(varying, life, content)
    : Object.entries(varying).map(([arch, history]) => line(`On ${arch}: `, ...historyContent(history, life, content)));
  const remarks = Object.entries(field.notes).map(([version, text]) =>
    line(version === model.versions[0]?.id ? "" : `From ${version} on: `, ...site.prose(text, page)),
  );
  return [...parts, ...remarks];
}

function historyContent(
  history: History<Meaning>,
  life: Content,
  content: (meaning: Meaning, life: Content) => Content,
): Content {
  return history.flatMap(([from, meaning], i): Content => {
    if (meaning === null) return [];
    return i === 0 ? content(meaning, life) : [line(`From ${from} on: `, ...content(meaning, []))];
  });
}

function meaningContent(site: Site, meaning: Meaning, life: Content, summary: string, page: string): Content {
  const lines: Inline[] = [];
  const add = (...content: Content) => lines.push(line(...content));
  if (meaning.unit) add("Unit: ", meaning.unit, ".");
  if (meaning.format) add("Shown as: ", FORMATS[meaning.format] ?? meaning.format, ".");
  if (meaning.enum) add("Values: ", link({ page: enumPage(meaning.enum) }, code(meaning.enum)), ".");
  if (meaning.flags) add("Bits: ", link({ page: enumPage(meaning.flags) }, code(meaning.flags)), ".");
  if (meaning.refers.length > 0)
    add(
      "Number of ",
      ...joined(
        meaning.refers.map((name) => [link(objectAddress(name), code(name))]),
        ", ",
        " or ",
      ),
      ".",
    );
  if (meaning.const !== undefined) add("Always ", code(hexOrDecimal(meaning.const)), ".");
  if (meaning.default !== undefined) add("An older image that lacks it is read as ", code(`${meaning.default}`), ".");
  return [...site.prose(meaning.doc || summary, page), ...life, ...marks(meaning), ...lines];
}

function marks({ confidence, reserved, private: isPrivate }: Meaning): Content {
  return [
    ...(reserved ? [" ", badge("plain", "reserved", "Padding that the header names; written as zero.")] : []),
    ...(isPrivate ? [" ", badge("plain", "private", PRIVATE_TITLE)] : []),
    ...confidenceMark(confidence),
  ];
}

function lifeOf({ since, until }: Field): Content {
  return [
    ...(since ? [" ", badge("since", `since ${since}`, `The first version that has it is ${since}.`)] : []),
    ...(until ? [" ", badge("until", `until ${until}`, `The first version that has it no longer is ${until}.`)] : []),
  ];
}

const PRIVATE_TITLE = "State of the kernel, copied exactly as it is in memory; it may contain kernel addresses.";

const FORMATS: Readonly<Record<string, string>> = {
  hex: "hexadecimal",
  octal: "octal",
  address: "an address",
  time: "seconds since 1970",
  mac: "a hardware address",
  ipv4: "an IPv4 address",
  ipv6: "an IPv6 address",
  port: "a port number",
  sigset: "a set of signals",
  float64: "a floating point number",
  version: "a kernel version",
};

export function hexOrDecimal(value: bigint): string {
  return value > 9999n ? `0x${value.toString(16)}` : `${value}`;
}
