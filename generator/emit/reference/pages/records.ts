/** A page per record type, and an overview. */
import type { RecordType } from "../../../model.js";
import { schemaFileOf } from "../../text.js";
import { objectAddress, recordPage, structPage } from "../addresses.js";
import { type Block, type Content, code, heading, joined, link, type Page, paragraph } from "../content.js";
import { confidenceMark, type Site } from "../site.js";
import { abisText, spans } from "../spans.js";
import { expressionContent, payloadText } from "../stream.js";
import { followers } from "./followers.js";

export function recordIndex(site: Site): Page {
  const { model } = site;
  const newest = (record: RecordType) => spans(model.abis, (abi) => record.number.at(abi)).at(-1)?.value;
  const sorted = [...model.records].sort((a, b) => Number((newest(a) ?? 0n) - (newest(b) ?? 0n)));
  return {
    path: "records/index",
    title: "Records",
    summary: "All record types of checkpoint images with their numbers.",
    section: "records/index",
    sources: [...new Set(model.records.map(({ origin }) => schemaFileOf(origin)))],
    blocks: [
      paragraph(
        "Every record begins with its type, one of these numbers, and its length. Numbers changed between versions: this table has the newest, the pages have all.",
      ),
      {
        kind: "table",
        caption: "Record types by number",
        columns: [
          { title: "Number", numeric: true },
          { title: "Record" },
          { title: "Exists in", minor: true },
          { title: "What it is", below: true },
        ],
        rows: sorted.map((record) => ({
          cells: [
            [`${newest(record) ?? "none"}`],
            [link({ page: recordPage(record.name) }, code(record.name))],
            [
              abisText(
                model.abis.filter((abi) => record.number.at(abi) !== undefined),
                model,
              ),
            ],
            [...site.prose(record.doc), ...confidenceMark(record.confidence)],
          ],
        })),
      },
    ],
  };
}

export function recordReference(site: Site, record: RecordType): Page {
  const path = recordPage(record.name);
  return {
    path,
    title: `CKPT_HDR_${record.name}`,
    summary: record.doc,
    section: "records/index",
    sources: [schemaFileOf(record.origin)],
    blocks: [
      paragraph(...site.prose(record.doc, path), ...confidenceMark(record.confidence)),
      ...(record.purpose ? [paragraph(...site.prose(record.purpose, path))] : []),
      ...(record.reserved ? [paragraph("The number is set aside; no kernel writes such a record.")] : []),
      { kind: "facts", facts: factsOf(site, record, path) },
      heading(2, "section-numbers", "Number"),
      numbers(site, record),
      ...placeInStream(site, record, path),
    ],
  };
}

function factsOf(site: Site, record: RecordType, path: string): (readonly [string, Content])[] {
  const { model } = site;
  const facts: [string, Content][] = [
    [
      "Exists in",
      [
        abisText(
          model.abis.filter((abi) => record.number.at(abi) !== undefined),
          model,
        ),
      ],
    ],
    ["Struct", structContent(site, record)],
  ];
  if (record.payload) facts.push(["Behind the struct", payloadText(site, record.payload, path)]);
  if (record.raw)
    facts.push([
      "Behind the record",
      [
        ...expressionContent(site, record.raw.length, path),
        " bytes that no length counts. ",
        ...site.prose(record.raw.doc, path),
      ],
    ]);
  for (const object of model.objects)
    if (object.principal === record.name)
      facts.push([
        "Object",
        [link(objectAddress(object.name), code(object.name)), ": the record holds the object's own data"],
      ]);
  for (const [version, text] of Object.entries(record.notes))
    facts.push([`From ${version} on`, site.prose(text, path)]);
  if (record.source.length > 0)
    facts.push([
      "Sources",
      joined(
        record.source.map((text) => site.prose(text, path)),
        "; ",
      ),
    ]);
  facts.push(["Described in", [code(schemaFileOf(record.origin))]]);
  return facts;
}

/** The struct of a record; the structs of all architectures that have their own. */
function structContent(site: Site, { struct, variants }: RecordType): Content {
  if (struct === undefined) return ["none: the bare record header ", site.name("ckpt_hdr")];
  const keys = [struct, ...new Set(Object.values(variants?.structs ?? {})), ...(variants?.else ? [variants.else] : [])];
  const links = keys.flatMap((key) =>
    (site.structs.get(key) ?? []).map(
      (one): Content => [link({ page: structPage(one) }, code(one.key)), ...(one.family ? [` on ${one.family}`] : [])],
    ),
  );
  const on: Content = variants ? [`; the field ${variants.on} selects one`] : [];
  return [...joined(links, ", "), ...on];
}

function numbers(site: Site, record: RecordType): Block {
  return {
    kind: "table",
    caption: `Numbers of ${record.name}`,
    columns: [{ title: "Number", numeric: true }, { title: "In" }],
    rows: spans(site.model.abis, (abi) => record.number.at(abi)).map(({ value, abis }) => ({
      cells: [[code(`${value}`)], [abisText(abis, site.model)]],
    })),
  };
}

function placeInStream(site: Site, { name }: RecordType, path: string): Block[] {
  const items = followers(site, new Set([name]), path);
  return items.length > 0 ? [heading(2, "section-place", "Place in the stream"), { kind: "list", items }] : [];
}
