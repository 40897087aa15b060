/**
 * The page of a struct, the answers first: its purpose, and each of its layouts with a diagram, a table, and its C and TypeScript forms. Then its place
 * in the stream, its history, and where the description comes from.
 */
import type { DistinctLayout, Layout } from "../../../layout.js";
import { memberPaths } from "../../../members.js";
import type { Abi, RecordType, Struct } from "../../../model.js";
import { declaration } from "../../c.js";
import { camel, layoutTypeName } from "../../names.js";
import { schemaFileOf } from "../../text.js";
import { objectMembers, tsType } from "../../types.js";
import { fieldAddress, recordPage, structPage, structTitle } from "../addresses.js";
import {
  type Block,
  type Case,
  type Content,
  code,
  copyable,
  heading,
  joined,
  link,
  type Page,
  paragraph,
} from "../content.js";
import { byteDiagram } from "../diagrams/bytes.js";
import { conditionWords } from "../diagrams/conditions.js";
import { FIELD_COLUMNS, fieldRows } from "../fields.js";
import { structHistory } from "../history.js";
import { confidenceMark, type Site } from "../site.js";
import { abisText, spans } from "../spans.js";
import { expressionContent, payloadText } from "../stream.js";
import { containersOf, recordsOf, rulesThatUse } from "../uses.js";
import { followers } from "./followers.js";

export function structReference(site: Site, struct: Struct): Page {
  const path = structPage(struct);
  const layouts = site.layouts.distinct.get(struct) ?? [];
  return {
    path,
    title: structTitle(struct),
    summary: struct.summary,
    section: "structs/index",
    sources: [schemaFileOf(struct.origin)],
    blocks: [
      paragraph(...site.prose(struct.summary, path), ...confidenceMark(struct.confidence)),
      paragraph(...site.prose(struct.purpose, path)),
      { kind: "facts", facts: factsOf(site, struct, path) },
      heading(2, "section-layouts", layouts.length === 1 ? "Layout" : "Layouts"),
      { kind: "cases", cases: casesOf(site, struct, layouts, path) },
      ...caseBlocks(site, struct, path),
      ...streamBlocks(site, struct, path),
      ...usedBy(site, struct),
      heading(2, "section-history", "History"),
      ...structHistory(site, struct),
      ...noteBlocks(site, struct, path),
      heading(2, "section-description", "About this description"),
      { kind: "facts", facts: originsOf(site, struct, path) },
      ...offenceBlocks(site, struct, path),
    ],
  };
}

function factsOf(site: Site, struct: Struct, path: string): (readonly [string, Content])[] {
  const { model } = site;
  const abis = site.abisOf(struct);
  const names = spans(abis, (abi) => struct.names.at(abi));
  const sizes = spans(
    abis,
    (abi) => site.layouts.distinct.get(struct)?.find((one) => one.abis.includes(abi))?.layout.size,
  );
  const facts: [string, Content][] = [
    ["Exists in", [abisText(abis, model)]],
    [
      "C name",
      joined(
        names.map(({ value, abis: own }) => [
          copyable(`struct ${value}`),
          ...(names.length > 1 ? [` (${abisText(own, model, abis)})`] : []),
        ]),
        "; ",
      ),
    ],
  ];
  facts.push([
    "Size",
    joined(
      sizes.map(({ value, abis: own }) => [
        `${value} bytes`,
        ...(sizes.length > 1 ? [` (${abisText(own, model, abis)})`] : []),
      ]),
      "; ",
    ),
  ]);
  facts.push(...sizeFacts(site, struct, path));
  if (struct.family)
    facts.push(["Architecture", [`${struct.family} only; other architectures have structs of their own`]]);
  if (struct.external)
    facts.push([
      "Defined by",
      [struct.external === "libc" ? "the C library" : "other headers of the kernel", ", not by the checkpoint headers"],
    ]);
  return facts;
}

/** What the schema says about the struct from a version on. */
function noteBlocks(site: Site, { notes }: Struct, path: string): Block[] {
  const facts = Object.entries(notes).map(([version, text]) => [`From ${version} on`, site.prose(text, path)] as const);
  return facts.length > 0 ? [{ kind: "facts", facts }] : [];
}

function originsOf(site: Site, struct: Struct, path: string): (readonly [string, Content])[] {
  const sources = joined(
    struct.source.map((text) => site.prose(text, path)),
    "; ",
  );
  return [
    ["Sources", sources],
    ["Described in", [code(schemaFileOf(struct.origin))]],
  ];
}

/** Offences of the rules for layouts that the schema acknowledges. */
function offenceBlocks(site: Site, { acknowledged }: Struct, path: string): Block[] {
  if (acknowledged.length === 0) return [];
  const items = acknowledged.map(
    ({ lint, place, reason }): Content => [code(lint), " at ", code(place), ": ", ...site.prose(reason, path)],
  );
  const summary =
    items.length === 1
      ? "Known offence against the rules for layouts"
      : `${items.length} known offences against the rules for layouts`;
  return [{ kind: "details", summary: [summary], blocks: [{ kind: "list", items }] }];
}

/** What the size depends on, for a kernel struct that images hold as it is in memory. */
function sizeFacts(site: Site, { private: part, fixedSize }: Struct, path: string): [string, Content][] {
  if (fixedSize !== undefined) return [["Same size in all kernels", site.prose(fixedSize, path)]];
  if (!part) return [];
  const sizes = part.sizes.map(
    ([kernel, size]): Content => [...expressionContent(site, size, path), ` bytes from Linux ${kernel} on`],
  );
  return [["After the fields", [...joined(sizes, ", "), ". ", ...site.prose(part.doc, path)]]];
}

/** Conditions under which fields have a meaning. */
function caseBlocks(site: Site, struct: Struct, path: string): Block[] {
  if (struct.cases.length === 0) return [];
  const abis = site.abisOf(struct);
  return [
    heading(2, "section-cases", "Fields that have no meaning in some cases"),
    paragraph(
      "These fields have a meaning only if one of their conditions holds; otherwise their bytes are leftover memory.",
    ),
    {
      kind: "list",
      items: struct.cases.map(({ name, doc, when, members }) => [
        code(name),
        ": ",
        ...site.prose(doc, path),
        " Where ",
        conditionWords(when),
        ". It fills ",
        ...joined(
          [...members].map(([role, field]) => [
            ...joined(
              spans(abis, (abi) => field.at(abi)).flatMap(({ value, abis: own }, _, all) =>
                value === undefined
                  ? []
                  : [[code(value), ...(all.length > 1 ? [` (${abisText(own, site.model, abis)})`] : [])]],
              ),
              ", ",
            ),
            ` with ${role}`,
          ]),
          "; ",
        ),
        ".",
      ]),
    },
  ];
}

/** The record types that consist of this struct, their numbers, and what follows them. */
function streamBlocks(site: Site, struct: Struct, path: string): Block[] {
  const records = recordsOf(site, struct);
  if (records.length === 0) return [];
  return [
    heading(2, "section-stream", "In the stream"),
    {
      kind: "list",
      items: [
        ...records.map((record) => recordSentence(site, struct, record, path)),
        ...followers(site, new Set(records.map(({ name }) => name)), path),
      ],
    },
  ];
}

function recordSentence(site: Site, struct: Struct, record: RecordType, path: string): Content {
  const abis = site.abisOf(struct);
  const numbers = spans(abis, (abi) => record.number.at(abi));
  return [
    "Record ",
    link({ page: recordPage(record.name) }, code(`CKPT_HDR_${record.name}`)),
    ", number ",
    ...joined(
      numbers.map(({ value, abis: own }) => [
        code(`${value}`),
        ...(numbers.length > 1 ? [` (${abisText(own, site.model, abis)})`] : []),
      ]),
      ", ",
    ),
    ". ",
    ...(record.payload ? ["After the struct: ", ...payloadText(site, record.payload, path), " "] : []),
    ...(record.raw ? ["After the record, not counted by its length: ", ...site.prose(record.raw.doc, path)] : []),
  ];
}

function casesOf(site: Site, struct: Struct, layouts: readonly DistinctLayout[], path: string): Case[] {
  // The newest layout comes first: it is shown without a selection, and its fields have the plain anchors.
  const taken = new Set<string>();
  return [...layouts].reverse().map((distinct, i) => {
    const { layout, abis, id } = distinct;
    const anchors = new Map<string, string>();
    for (const field of memberPaths(layout)) {
      anchors.set(field, taken.has(field) ? `${id}.${field}` : field);
    }
    for (const field of anchors.keys()) taken.add(field);
    const anchorOf = (field: string) => anchors.get(field) ?? field;
    return {
      abis: abis.map(({ name }) => name),
      anchor: `layout-${id}`,
      title: [layouts.length > 1 ? abisText(abis, site.model, site.abisOf(struct)) : abisText(abis, site.model)],
      blocks: layoutBlocks(site, distinct, path, anchorOf, i === 0),
    };
  });
}

function layoutBlocks(
  site: Site,
  distinct: DistinctLayout,
  path: string,
  anchorOf: (field: string) => string,
  isNewest: boolean,
): Block[] {
  const { struct, layout, abis, id } = distinct;
  const name = `${path.replaceAll("/", "-")}-${id}`;
  const abi = abis.at(-1) as Abi;
  const drawing = byteDiagram(struct, path, distinct, anchorOf);
  const holes = paddingOf(layout);
  return [
    paragraph(
      `${layout.size} bytes, aligned to ${layout.align}, ${layout.members.length} ${layout.members.length === 1 ? "member" : "members"}`,
      holes > 0 ? `, ${holes} bytes of implicit padding.` : ", no implicit padding.",
    ),
    ...(layout.size > 0
      ? [{ kind: "figure" as const, name, drawing, text: `Bytes of ${struct.key}, eight a row: ${summaryOf(layout)}.` }]
      : []),
    {
      kind: "table",
      caption: `Fields of ${struct.key}${isNewest ? "" : `, layout ${id}`}`,
      columns: FIELD_COLUMNS,
      rows: fieldRows(site, distinct, path, anchorOf),
    },
    ...importLines(site, distinct),
    {
      kind: "details",
      summary: ["In C"],
      blocks: [{ kind: "code", language: "c", text: declaration(struct, layout, abi) }],
    },
    {
      kind: "details",
      summary: ["In TypeScript"],
      blocks: [{ kind: "code", language: "ts", text: typeScript(site, struct, distinct, abi) }],
    },
  ];
}

/** Bytes of implicit padding, including those in nested aggregates. */
function paddingOf(layout: Layout): number {
  const own = layout.holes.reduce((sum, { size }) => sum + size, 0);
  const nested = layout.members.map(({ type, size, elementSize }) =>
    type.kind === "struct" || type.kind === "union" ? (paddingOf(type.layout) * size) / Math.max(elementSize, 1) : 0,
  );
  return nested.reduce((sum, size) => sum + size, own);
}

function summaryOf(layout: Layout): string {
  const names = layout.members.slice(0, 12).map(({ name, field, offset }) => `${name ?? field.key} at ${offset}`);
  const more = layout.members.length - names.length;
  return names.join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** What a program imports to decode the layout, by its names in C. The script of the pages puts the chosen version and architecture in. */
function importLines(site: Site, { struct, abis }: DistinctLayout): Block[] {
  const names = spans(abis, (abi) => struct.names.at(abi) ?? struct.key);
  return names.flatMap(({ value, abis: own }): Block[] => {
    const line = `import { ${codecName(struct, value)} } from "ckpt-abi/${own.at(-1)?.name}";\n`;
    return [
      ...(names.length > 1 ? [paragraph(`${abisText(own, site.model, abis)}:`)] : []),
      { kind: "code", language: "ts", text: line },
    ];
  });
}

/** Configuration variants of a struct share its name in C, so their keys are used instead. */
function codecName({ key, variant }: Struct, name: string): string {
  return camel(variant ? key : name);
}

/** The exact TypeScript type of the layout, and how a program reads it. */
function typeScript(site: Site, struct: Struct, distinct: DistinctLayout, abi: Abi): string {
  const find = (inner: Struct, layout: Layout) =>
    site.layouts.distinct
      .get(inner)
      ?.find((candidate) => candidate.layout.size === layout.size && candidate.abis.includes(abi)) ?? distinct;
  const members = objectMembers(distinct.layout).map(
    ({ name, member, inUnion }) =>
      `  ${name}${inUnion ? "?" : ""}: ${tsType(member, find, { exact: true, abis: [abi] })};\n`,
  );
  const codec = codecName(struct, struct.names.at(abi) ?? struct.key);
  return `const value: ${layoutTypeName(distinct)} = ${codec}.decode(view, offset);

interface ${layoutTypeName(distinct)} {
${members.join("")}}
`;
}

/** Structs that contain the struct, and grammar rules that use it. */
function usedBy(site: Site, struct: Struct): Block[] {
  const containers = containersOf(site, struct);
  const records = new Set(recordsOf(site, struct).map(({ name }) => name));
  const rules = rulesThatUse(
    site,
    (node) => (node.kind === "record" && records.has(node.name)) || node.contains?.of === struct.key,
  );
  if (containers.length + rules.length === 0) return [];
  const blocks: Block[] = [heading(2, "section-used", "Used by")];
  if (struct.key === "ckpt_hdr") blocks.push(paragraph("Every record begins with it."));
  else if (containers.length > 0)
    blocks.push(
      paragraph(
        "Contained in ",
        ...joined(
          containers.map(({ struct: container, field }) => [
            link(fieldAddress(container, field), code(`${container.key}.${field}`)),
          ]),
          ", ",
        ),
        ".",
      ),
    );
  if (rules.length > 0)
    blocks.push(
      paragraph(
        "Expected by ",
        ...joined(
          rules.map(({ page, title }) => [link({ page }, title)]),
          ", ",
        ),
        ".",
      ),
    );
  return blocks;
}
