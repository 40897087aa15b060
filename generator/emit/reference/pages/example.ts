/** A real image, record by record, with the meaning of every byte. */
import type { Abi, Meaning } from "../../../model.js";
import { fieldAddress, recordPage, structPage } from "../addresses.js";
import {
  type Block,
  type Content,
  code,
  type DumpRow,
  heading,
  joined,
  link,
  type Page,
  paragraph,
} from "../content.js";
import { type Example, readExampleImage } from "../example/index.js";
import type { ExampleRecord, Piece } from "../example/read.js";
import { CHAPTERS, EXAMPLE_ABI, type Passage } from "../example/story.js";
import { hex } from "../hex.js";
import type { Site } from "../site.js";

const PATH = "example";
/** Number of bytes that are shown per piece. */
const SHOWN = 32;

/** A record with its description. */
interface DescribedRecord {
  readonly record: ExampleRecord;
  readonly passage: Passage;
  readonly anchor: string;
}

export function example(site: Site): Page {
  const image = readExampleImage(site.model, site.layouts);
  return {
    path: PATH,
    title: "An image, record by record",
    summary: "A small checkpoint image that a real kernel wrote, with the meaning of every byte.",
    section: PATH,
    sources: ["generator/emit/reference/example", "schema"],
    blocks: image ? walk(site, image) : [paragraph(`There is no example: it is an image of ${EXAMPLE_ABI}.`)],
  };
}

function walk(site: Site, { abi, bytes, records }: Example): Block[] {
  let index = 0;
  const chapters = CHAPTERS.map((chapter) => ({
    ...chapter,
    described: chapter.passages.map((passage): DescribedRecord => {
      const record = records[index++] as ExampleRecord;
      return { record, passage, anchor: `record-${index}` };
    }),
  }));
  const all = chapters.flatMap(({ described }) => described);
  const objects = new Map(
    all.flatMap(({ passage: { object } }) => (object === undefined ? [] : [[BigInt(object), object]])),
  );
  const reader = { site, abi, bytes, objects };
  return [
    paragraph(
      `This is a whole image: ${bytes.length} bytes, ${records.length} records. A kernel of ${abi.version.id} on ${abi.arch.id} wrote it in a virtual machine, from a small program that checkpointed itself. Only the middle of long runs of bytes is left out.`,
    ),
    paragraph(
      "Offsets count from the start of the image. ",
      `Numbers are ${abi.arch.endian}-endian, as on the machine that wrote them: `,
      code(hex(bytes.subarray(0, 4))),
      ` is ${records[0]?.number}. Names of fields lead to their structs in this version, and numbers of objects to where the object begins.`,
    ),
    heading(2, "glance", "At a glance"),
    {
      kind: "table",
      caption: "The records of the image",
      columns: [
        { title: "Offset", numeric: true },
        { title: "Number", numeric: true, minor: true },
        { title: "Record" },
        { title: "Length", numeric: true },
        { title: "What it is" },
      ],
      rows: all.map(({ record: { offset, number, length, type }, passage, anchor }) => ({
        cells: [
          [`${offset}`],
          [`${number}`],
          [link({ page: PATH, anchor }, code(type.name))],
          [`${length}`],
          [passage.title],
        ],
      })),
    },
    ...chapters.flatMap(({ anchor, title, text, described }) => [
      heading(2, anchor, title),
      paragraph(...site.prose(text, PATH)),
      ...described.flatMap((one) => recordBlocks(reader, one)),
    ]),
  ];
}

interface Reader {
  readonly site: Site;
  readonly abi: Abi;
  readonly bytes: Uint8Array;
  /** Numbers of the objects that begin in the image, by the number as a bigint. */
  readonly objects: ReadonlyMap<bigint, number>;
}

function recordBlocks(reader: Reader, { record, passage, anchor }: DescribedRecord): Block[] {
  const { site, abi } = reader;
  const { offset, number, length, type, struct, pieces } = record;
  const named = pieces.find(({ name }) => name === "objref") ?? pieces[0];
  return [
    heading(3, anchor, code(type.name), ` ${passage.title}`),
    paragraph(
      `${length} bytes at offset ${offset}; record `,
      link({ page: recordPage(type.name) }, `${number}, ${type.name}`),
      ", struct ",
      link({ page: structPage(struct), anchor: abi.name }, code(struct.names.at(abi) ?? struct.key)),
      ".",
    ),
    paragraph(...site.prose(passage.text, PATH)),
    {
      kind: "dump",
      caption: `Bytes of ${type.name} at ${offset}`,
      columns: [
        { title: "Offset", numeric: true },
        { title: "Field" },
        { title: "Value" },
        { title: "Meaning", below: true },
      ],
      rows: pieces.map((piece) => ({
        ...pieceRow(reader, piece),
        ...(piece === named && passage.object !== undefined && { anchor: objectAnchor(passage.object) }),
      })),
    },
  ];
}

function pieceRow(reader: Reader, piece: Piece): DumpRow {
  const { offset, size, kind, name, field, struct, path } = piece;
  const text =
    struct && path !== undefined
      ? link(fieldAddress(struct, `${reader.abi.name}/${path}`), code(name))
      : kind === "padding"
        ? "padding"
        : name.replaceAll("_", " ");
  const bytes = reader.bytes.subarray(offset, offset + size);
  const rest = bytes.subarray(SHOWN);
  return {
    anchor: `byte-${offset}`,
    range: { offset, size },
    bytes: bytes.subarray(0, SHOWN),
    ...(rest.length > 0 && {
      rest: `and ${rest.length} more${rest.every((byte) => byte === 0) ? ", all zero" : ""}`,
    }),
    ...(kind === "padding" && { tone: "padding" }),
    cells: [
      [`${offset}`],
      [text],
      valueContent(reader, piece),
      // The header of records is explained once.
      field && (struct?.key !== "ckpt_hdr" || offset < size * 2)
        ? reader.site.prose(field.meanings.at(reader.abi).doc, PATH)
        : [],
    ],
  };
}

function valueContent(reader: Reader, { value, field, size, kind }: Piece): Content {
  if (typeof value === "string") return [code(JSON.stringify(value))];
  if (value === undefined) return [];
  if (kind === "payload" || !field) return [code(`0x${value.toString(16)}`)];
  const meaning = field.meanings.at(reader.abi);
  if (meaning.refers.length > 0) return objectContent(reader, value);
  return namesContent(reader, meaning, value) ?? [code(formatted(meaning, value, size))];
}

function objectContent({ objects }: Reader, value: bigint): Content {
  const object = objects.get(value);
  if (object === undefined) return [value === 0n ? "none" : `object ${value}`];
  return [link({ page: PATH, anchor: objectAnchor(object) }, `object ${object}`)];
}

function objectAnchor(object: number): string {
  return `object-${object}`;
}

/** The names of a value of an enumeration, or of the bits that are set. */
function namesContent({ site, abi }: Reader, meaning: Meaning, value: bigint): Content | undefined {
  const enumeration = site.enums.get(meaning.enum ?? meaning.flags ?? "");
  if (!enumeration) return undefined;
  const members = enumeration.values.flatMap((one) => {
    const number = one.value.at(abi);
    return number === undefined ? [] : [{ name: one.name, number }];
  });
  if (meaning.enum !== undefined) {
    const member = members.find(({ number }) => number === value);
    return member && [site.name(member.name), ` (${value})`];
  }
  const bits = members.filter(({ number }) => {
    const mask = enumeration.bits ? number : 1n << number;
    return mask !== 0n && (value & mask) === mask;
  });
  if (bits.length === 0) return undefined;
  return [
    ...joined(
      bits.map(({ name }) => [site.name(name)]),
      " | ",
    ),
    ` (0x${value.toString(16)})`,
  ];
}

function formatted({ format, flags, unit }: Meaning, value: bigint, size: number): string {
  if (format === "time") return new Date(Number(value) * 1000).toISOString().replace(".000", "");
  if (format === "octal") return `0${value.toString(8)}`;
  if (format === undefined && flags === undefined)
    return unit ? `${value} ${value === 1n ? singular(unit) : unit}` : `${value}`;
  return `0x${BigInt.asUintN(size * 8, value).toString(16)}`;
}

/** Singular of a unit. Units are plural words, except `ns`. */
function singular(unit: string): string {
  return unit.replace(/ies$/, "y").replace(/(?<=..)s$/, "");
}
