/** A page per enumeration, an overview, and a page of the other constants. */
import type { Constant, Enumeration, Enumerator, Field, Struct } from "../../../model.js";
import { schemaFileOf } from "../../text.js";
import { enumPage, fieldAddress } from "../addresses.js";
import {
  type Block,
  type Content,
  code,
  heading,
  joined,
  line,
  link,
  type Page,
  paragraph,
  type Row,
} from "../content.js";
import { hexOrDecimal } from "../fields.js";
import { confidenceMark, type Site } from "../site.js";
import { abisText, spans } from "../spans.js";

export function enumIndex(site: Site): Page {
  const { enums } = site.model;
  return {
    path: "enums/index",
    title: "Enums and constants",
    summary: "All enumerations, bit sets and constants of checkpoint images.",
    section: "enums/index",
    sources: [...new Set(enums.map(({ origin }) => schemaFileOf(origin)))],
    blocks: [
      paragraph(
        "Values and bits that fields hold. ",
        link({ page: "enums/constants" }, "Constants"),
        " are numbers of the headers that belong to none of them.",
      ),
      {
        kind: "table",
        caption: "Enumerations",
        columns: [
          { title: "Name" },
          { title: "Kind" },
          { title: "Values", numeric: true },
          { title: "What it is", below: true },
        ],
        rows: enums.map((enumeration) => ({
          cells: [
            [link({ page: enumPage(enumeration.name) }, code(enumeration.name))],
            [enumeration.bits ? "bits" : "values", ...(enumeration.family ? [` on ${enumeration.family}`] : [])],
            [`${enumeration.values.length}`],
            [...site.prose(enumeration.summary), ...confidenceMark(enumeration.confidence)],
          ],
        })),
      },
    ],
  };
}

export function enumReference(site: Site, enumeration: Enumeration): Page {
  const path = enumPage(enumeration.name);
  const fields = fieldsOf(site, enumeration);
  return {
    path,
    title: enumeration.name,
    summary: enumeration.summary,
    section: "enums/index",
    sources: [schemaFileOf(enumeration.origin)],
    blocks: [
      paragraph(...site.prose(enumeration.summary, path), ...confidenceMark(enumeration.confidence)),
      { kind: "facts", facts: factsOf(enumeration) },
      {
        kind: "table",
        caption: enumeration.bits ? `Bits of ${enumeration.name}` : `Values of ${enumeration.name}`,
        columns: VALUE_COLUMNS,
        rows: enumeration.values.map((value) => valueRow(site, value, path, enumeration.bits)),
      },
      ...(fields.length > 0
        ? [
            heading(2, "section-used", "Used by"),
            paragraph(
              ...joined(
                fields.map(({ struct, field }) => [link(fieldAddress(struct, field), code(`${struct.key}.${field}`))]),
                ", ",
              ),
              ".",
            ),
          ]
        : []),
    ],
  };
}

const VALUE_COLUMNS = [
  { title: "Value", numeric: true, copy: true },
  { title: "Name", copy: true },
  { title: "Meaning", below: true },
];

function factsOf({ bits, external, family, origin }: Enumeration): (readonly [string, Content])[] {
  return [
    ["Kind", [bits ? "bits, of which several can be set" : "values, of which one holds"]],
    ...(family ? [["Architecture", [`${family} only`]] as const] : []),
    ...(external
      ? [["Defined by", [external === "libc" ? "the C library" : "other headers of the kernel"]] as const]
      : []),
    ["Described in", [code(schemaFileOf(origin))]],
  ];
}

function valueRow(site: Site, value: Enumerator | Constant, path: string, hex: boolean): Row {
  const { model } = site;
  const all = model.abis.filter((abi) => value.value.at(abi) !== undefined);
  const values = spans(all, (abi) => value.value.at(abi));
  const shown = (number: bigint) => code(hex ? `0x${number.toString(16)}` : hexOrDecimal(number));
  const first = values.at(-1);
  const where: Content =
    values.length > 1
      ? values.map(({ value: number, abis }) => line(shown(number), ` (${abisText(abis, model, all)})`))
      : all.length === model.abis.length
        ? []
        : [line(`In ${abisText(all, model)}.`)];
  const notes = Object.entries(value.notes).map(([version, text]) =>
    line(...(version === model.versions[0]?.id ? [] : [`From ${version} on: `]), ...site.prose(text, path)),
  );
  return {
    anchor: value.name,
    cells: [
      first ? [shown(first.value)] : [],
      [code(value.name)],
      [
        ...site.prose(value.doc, path),
        ...confidenceMark(value.confidence),
        ...where,
        ...notes,
        ...sources(site, value),
      ],
    ],
  };
}

function sources(site: Site, value: Enumerator | Constant): Content {
  const texts = "source" in value ? value.source : [];
  if (texts.length === 0) return [];
  return [
    line(
      texts.length > 1 ? "Sources: " : "Source: ",
      ...joined(
        texts.map((text) => site.prose(text)),
        "; ",
      ),
      ".",
    ),
  ];
}

/** Fields that hold values of the enumeration. */
function fieldsOf(site: Site, { name }: Enumeration): { struct: Struct; field: string }[] {
  const within = (struct: Struct, fields: readonly Field[], prefix: string): { struct: Struct; field: string }[] =>
    fields.flatMap((field) => [
      ...(field.meanings.statements.some(({ key, value }) => (key === "enum" || key === "flags") && value === name)
        ? [{ struct, field: prefix + field.key }]
        : []),
      ...(field.nested ? within(struct, field.nested.fields, `${prefix}${field.key}.`) : []),
    ]);
  return site.model.structs.flatMap((struct) => within(struct, struct.fields, ""));
}

export function constants(site: Site): Page {
  const byHeader = new Map<string, Constant[]>();
  for (const constant of site.model.constants) {
    const header = constant.header ?? "other headers";
    byHeader.set(header, [...(byHeader.get(header) ?? []), constant]);
  }
  const path = "enums/constants";
  return {
    path,
    title: "Constants",
    summary: "Numbers of the checkpoint headers, and limits of the kernel, that belong to no enumeration.",
    section: "enums/index",
    sources: [...new Set(site.model.constants.map(({ origin }) => schemaFileOf(origin)))],
    blocks: [...byHeader].flatMap(([header, list]): Block[] => [
      heading(2, `header-${header.replaceAll(/[^\w]+/g, "-")}`, header),
      {
        kind: "table",
        caption: `Constants of ${header}`,
        columns: VALUE_COLUMNS,
        rows: list.map((constant) => valueRow(site, constant, path, constant.format === "hex")),
      },
    ]),
  };
}
