/**
 * `generated/kaitai`: a description of whole images per version for Kaitai Struct, whose compiler generates parsers in a dozen languages.
 *
 * Byte order and architecture are determined from the image, so one description covers all architectures. The stream is a flat list of records; the
 * contents of a buffer follow from the records before it.
 */
import type { Abi, Version } from "../../../model.js";
import { banner } from "../../text.js";
import { expressionText, list, quotedLine, RECORD_TYPES } from "../facts.js";
import type { FormatSource } from "../image-format.js";
import { bodyType } from "../record-body.js";
import type { RecordFormat } from "../version-format.js";
import { Bodies } from "./bodies.js";
import { Enums } from "./enums.js";
import { notation, recordEnumerator } from "./expressions.js";
import { machine } from "./machine.js";
import { OtherTypes } from "./payloads.js";
import { Structs } from "./structs.js";
import { attribute, indent, joinLines, type Lines } from "./yaml.js";

export function kaitaiId(version: string): string {
  return `ckpt_${version.replaceAll("-", "_")}`;
}

/** What states the version. */
export function kaitaiHead(version: Version, abis: readonly Abi[]): string {
  return banner(["schema"], "#") + joinLines(head(version, abis));
}

/** What follows: equal for versions in which everything is the same. */
export function kaitaiBody(image: FormatSource): string {
  const { format, aggregates } = image;
  const enums = new Enums(format);
  const others = new OtherTypes();
  const bodies = new Bodies(image, others);
  const structs = new Structs(format, enums);
  for (const enumeration of format.model.enums) if (enumeration.name === RECORD_TYPES) enums.reference(enumeration);
  const cases = format.records.flatMap((record) => {
    const type = bodyType(record, aggregates, bodies);
    return type === undefined ? [] : [`${recordEnumerator(record.record)}: ${type}`];
  });
  const types = aggregates.all.flatMap((aggregate) => structs.type(aggregate));
  return (
    joinLines([
      "instances:",
      ...indent(machine(format)),
      "types:",
      ...indent(["record:", ...indent([...recordType(image, cases), "types:"])]),
    ]) +
    joinLines([...others.lines, ...types], 6) +
    joinLines([
      "enums:",
      ...indent(["arch:", ...indent(format.abis.map(({ arch }, index) => `${index}: ${arch.id}`)), ...enums.lines]),
    ])
  );
}

/** Type of a record, with the state that it takes over from the one before it. */
const RECORD =
  "record(_index, _index == 0 ? record_type::ckpt_hdr_header : records[_index - 1].anchor, " +
  "_index == 0 ? 0 : records[_index - 1].ordinal)";

function head(version: Version, abis: readonly Abi[]): Lines {
  return [
    "meta:",
    ...indent([
      `id: ${kaitaiId(version.id)}`,
      `title: ${quotedLine(`Checkpoint image of Linux checkpoint/restart, ${version.id}`)}`,
      "application: linux-cr, the checkpoint system call",
      "license: MIT",
      "ks-version: 0.9",
      "encoding: UTF-8",
      "endian: le",
    ]),
    `doc: ${quotedLine(
      `${version.summary} All records of an image in order, for ${list(abis.map(({ arch }) => arch.id))}; the architecture is determined from the image. ` +
        "The content of a buffer follows from the records before it; bytes that no description covers are in `rest`. " +
        "64-bit integers are exact only in target languages that have them; JavaScript does not.",
    )}`,
    "seq:",
    ...indent(["- id: records", `  type: '${RECORD}'`, "  repeat: eos"]),
  ];
}

/** The type of a record. `cases` are the types of the bodies by type of the record. */
function recordType(image: FormatSource, cases: Lines): Lines {
  const { records } = image.format;
  const isBuffer =
    records
      .filter(({ payload }) => payload?.kind === "context")
      .map(({ record }) => `type == ${recordEnumerator(record)}`)
      .join(" or ") || "false";
  return [
    "doc: One record, with the bytes after it that its length does not count.",
    `-webide-representation: "{type} {len:dec}"`,
    "meta:",
    "  endian:",
    "    switch-on: _root.byte_order",
    "    cases: { 0: be, _: le }",
    "params:",
    "  - { id: index, type: s4, doc: Index of the record. }",
    "  - { id: previous_anchor, type: u4, enum: record_type }",
    "  - { id: previous_ordinal, type: s4 }",
    "seq:",
    "  - { id: type, type: u4, enum: record_type }",
    "  - { id: len, type: u4, doc: Bytes of the record with its header. }",
    "  - id: body",
    "    size: len - 8",
    "    type:",
    "      switch-on: type",
    "      cases:",
    ...indent(cases, 8),
    ...records.flatMap((record) => rawField(image, record)),
    "instances:",
    "  anchor:",
    `    value: '${isBuffer} ? previous_anchor : type'`,
    "    doc: The last record that is not a buffer.",
    "  ordinal:",
    `    value: '${isBuffer} ? previous_ordinal + 1 : 0'`,
    "    doc: Number of the buffer after that record, from 1.",
  ];
}

/** The field for the bytes after a record that its length does not count. */
function rawField({ format, aggregates }: FormatSource, { record, bodies: [body] }: RecordFormat): Lines {
  if (!record.raw || !body) return [];
  const { id } = aggregates.ofRecord(body);
  const size = expressionText(record.raw.length, notation(format, body, `body.as<${id}>.`));
  if (size === undefined) return [];
  return indent(
    attribute(`raw_${record.name.toLowerCase()}`, [
      `size: ${size}`,
      `if: type == ${recordEnumerator(record)}`,
      `doc: ${quotedLine(record.raw.doc)}`,
    ]),
  );
}
