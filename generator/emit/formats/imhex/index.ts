/**
 * `generated/imhex`: a pattern of whole images per version for the hex editor ImHex. As in the Kaitai Struct description, byte order and architecture
 * are determined from the image, and the contents of a buffer from the records before it.
 */
import type { Expression } from "../../../../runtime/expression.js";
import type { Abi, Arch, Enumeration, Payload } from "../../../model.js";
import { commentText } from "../../text.js";
import type { Aggregates, FormatAggregate, MemberEntry } from "../aggregates.js";
import type { FormatBuffer } from "../buffers.js";
import {
  archIdPlace,
  archNumbers,
  enumeratorsIn,
  expressionText,
  identifier,
  isScalar,
  list,
  type Notation,
  pageSizes,
  quoted,
  RECORD_TYPES,
  recordName,
} from "../facts.js";
import type { FormatSource } from "../image-format.js";
import { type BodyWriter, bodyType, type Variants } from "../record-body.js";
import { SharedTexts } from "../shared-texts.js";
import type { Alternative, RecordFormat, VersionFormat } from "../version-format.js";

const SCALAR: Readonly<Record<string, string>> = {
  f32: "float",
  f64: "double",
  le16: "le u16",
  be16: "be u16",
  be32: "be u32",
};

/** Keywords of the pattern language that occur as C names. */
const KEYWORDS = new Set(
  (
    "addressof as auto be bitfield bool break catch char char16 const continue double else enum false float fn for from if import in is le " +
    "match namespace null out padding parent ref reference return s128 signed sizeof str struct this true try typenameof u128 union " +
    "unsigned using while"
  ).split(" "),
);

export function imhexText(image: FormatSource): string {
  return new Pattern(image).text();
}

const TEXTS = new SharedTexts<string>();

class Pattern implements BodyWriter {
  private readonly format: VersionFormat;
  private readonly aggregates: Aggregates;
  private readonly enums = new Map<string, string>();
  /** Text of generated types that are not structs of the format. */
  private readonly others: string[] = [];
  private readonly buffers: readonly FormatBuffer[];

  constructor({ format, aggregates, buffers }: FormatSource) {
    this.format = format;
    this.aggregates = aggregates;
    this.buffers = buffers;
  }

  text(): string {
    const { version, abis, records, model } = this.format;
    const place = archIdPlace(this.format);
    const types = model.enums.find(({ name }) => name === RECORD_TYPES);
    const type = types ? this.enumeration(types, "u32") : "u32";
    const bodies = records.flatMap((record) => {
      const body = bodyType(record, this.aggregates, this);
      return body === undefined ? [] : [`        (${enumerator(record)}): ${body} body;\n`];
    });
    const pgarr = this.pgarr
      ? [`    if (type == ${enumerator(this.pgarr)})\n        page_count = body.nr_pages;\n`]
      : [];
    const raws = records.flatMap((record) => this.raw(record));
    const counts = this.kernelCounts;
    const structs = this.aggregates.all.map((aggregate) => this.aggregate(aggregate));
    return `#pragma description Checkpoint image of Linux checkpoint/restart, ${version.id}
#pragma endian little
#pragma array_limit 0x1000000
#pragma pattern_limit 0x10000000

import std.core;
import std.mem;

// ${commentText(version.summary)}
// For ${list(abis.map(({ arch }) => arch.id))}; the architecture is determined from the image.

enum architecture : u8 {
${abis.map(({ arch }, index) => `    ${arch.id} = ${index},\n`).join("")}};

${[...this.enums.values()].join("\n")}
fn find_arch() {
    bool big = std::mem::read_unsigned(0, 1) == 0;
    if (big)
        std::core::set_endian(std::mem::Endian::Big);
    u16 number = std::mem::read_unsigned(${place.offset}, ${place.size}, std::mem::Endian::Little);
${this.archByNumber()}};

u8 arch = find_arch();
u32 word_size = ${this.wordSize()};
${this.pageSize()}
// State that a record takes from those before it: the last record that is not a buffer, the number of buffers since, and the announced pages.
u32 anchor = 0;
u32 ordinal = 0;
u32 page_count = 0;
u32 batch_page_size = 0;
// Structs of the kernel that were announced, and what the payload has for each.
u32 element_count = 0;
u32 element_size = 0;
// Where the record ends.
u64 record_end = 0;

${[...structs, ...this.others].join("\n")}
struct record {
    ${type} type;
    u32 len [[comment("Bytes of the record with its header.")]];
    if (len < 8)
        std::error("a record shorter than its header");
    record_end = $ - 8 + len;
    if (${this.isBuffer}) {
        ordinal = ordinal + 1;
    } else {
        anchor = type;
        ordinal = 0;
        element_count = 0;
    }
    element_size = 0;
    if (element_count > 0)
        element_size = (len - 8) / element_count;
    match (type) {
${bodies.join("")}    }
    if ($ < record_end)
        u8 rest[record_end - $] [[comment("Bytes of unknown meaning.")]];
    $ = record_end;
${[...pgarr, ...counts, ...raws].join("")}};

record records[while(!std::mem::eof())] @ 0x00;
`;
  }

  private archByNumber(): string {
    const { numbered, little, big } = archNumbers(this.format);
    const ifs = numbered.map(({ arch, number }) => `    if (number == ${number})\n        return ${archName(arch)};\n`);
    const otherwise = big && little ? [`    if (big)\n        return ${archName(big)};\n`] : [];
    return [...ifs, ...otherwise, `    return ${archName((little ?? big) as Arch)};\n`].join("");
  }

  private wordSize(): string {
    const wide = this.format.abis.filter(({ arch }) => arch.bits === 64).map(({ arch }) => arch);
    if (wide.length === 0 || wide.length === this.format.abis.length) return wide.length === 0 ? "4" : "8";
    return `(${isOneOf(wide)}) ? 8 : 4`;
  }

  private pageSize(): string {
    const { usual, others } = pageSizes(this.format);
    const remark =
      others.length > 0 ? ` // kernels with pages of ${list(others)} exist: change it for their images` : "";
    return `u32 page_size = ${usual};${remark}\n`;
  }

  private get isBuffer(): string {
    const buffers = this.format.records.filter(({ payload }) => payload?.kind === "context");
    return buffers.map((record) => `type == ${enumerator(record)}`).join(" || ");
  }

  /** The record that precedes pages; undefined if the version has none. */
  private get pgarr(): RecordFormat | undefined {
    const batch = this.buffers.find(({ label }) => label === "page_batch");
    return batch?.after;
  }

  partsType(format: RecordFormat, only: FormatAggregate | undefined): string {
    const { record, bodies, configurations, payload } = format;
    const structs = only
      ? [`    ${only.id} fields [[inline]];\n`]
      : [...configurations, ...bodies].map((own, index) => this.formOf(own, configurations, index > 0));
    const rest = payload ? [this.payload(format, payload)] : [];
    return this.other(identifier(record.name), record.doc, [...structs, ...rest].join(""));
  }

  private formOf(own: Alternative, configurations: readonly Alternative[], follows: boolean): string {
    const { id, size } = this.aggregates.ofRecord(own);
    const isHere = isOneOf(own.abis.map(({ arch }) => arch));
    const condition = configurations.includes(own) ? `(${isHere}) && record_end - $ == ${size}` : isHere;
    return `    ${follows ? "else " : ""}if (${condition})\n        ${id} fields [[inline]];\n`;
  }

  private payload({ payloadAbis }: RecordFormat, payload: Payload): string {
    const text = this.contents("payload", payload, payload.doc ?? "");
    if (payloadAbis.length === this.format.abis.length) return `    ${text}`;
    return `    if (${isOneOf(payloadAbis.map(({ arch }) => arch))})\n        ${text}`;
  }

  /** Type of a kernel struct, including the bytes of the kernel after the known fields. */
  private kernelStruct(of: string): string {
    const form = this.format.element(of) as Alternative;
    const { id, size } = this.aggregates.of(form);
    const comment = commentAttribute(form.struct.private?.doc ?? "");
    return this.other(
      `kernel_${id}`,
      form.struct.summary,
      `    ${id} fields [[inline]];
    if (element_size > ${size})
        u8 kernel_private[element_size - ${size}]${comment};
`,
    );
  }

  /** Statements that compute the number of kernel structs from the record that states it. */
  private get kernelCounts(): string[] {
    return this.buffers.flatMap(({ after, contains }) => {
      const count = this.format.hasKernelSize(contains) ? contains.count : undefined;
      const [body] = after.bodies;
      const text = count !== undefined && body && expressionText(count, this.notation(body, "body."));
      return text ? [`    if (type == ${enumerator(after)})\n        element_count = ${text};\n`] : [];
    });
  }

  /** Type of the bytes after the struct of a record. */
  private contents(name: string, payload: Payload, doc: string): string {
    const { kind, of } = payload;
    const comment = commentAttribute(doc);
    if (this.format.hasKernelSize(payload))
      return `${this.kernelStruct(of as string)} ${name}[while($ < record_end)]${comment};\n`;
    const element = of === undefined ? undefined : this.elementType(of);
    if (element !== undefined) return `${element} ${name}[while($ < record_end)]${comment};\n`;
    return `${kind === "text" ? "char" : "u8"} ${name}[record_end - $]${comment};\n`;
  }

  private elementType(of: string): string | undefined {
    if (isScalar(of)) return SCALAR[of] ?? of;
    const form = this.format.element(of);
    return form && this.aggregates.of(form).id;
  }

  /** Type of a record whose struct one of its fields selects. */
  variantType({ record }: RecordFormat, { whole, decider, cases }: Variants): string {
    const lines = cases.map(({ value, aggregate }) => `        (${value}): ${aggregate.id} fields [[inline]];\n`);
    return this.other(
      identifier(record.name),
      whole.doc,
      `    ${SCALAR[decider.type] ?? decider.type} decider @ $ + ${decider.offset} [[hidden]];
    match (decider) {
${lines.join("")}        (_): ${whole.id} fields [[inline]];
    }
`,
    );
  }

  bufferType(): string {
    const parts = this.buffers.map(({ label, after, ordinal, repeated, contains, doc }, index) => {
      const condition = `anchor == ${enumerator(after)} && ordinal ${repeated ? ">=" : "=="} ${ordinal}`;
      const text =
        label === "page_batch"
          ? `${this.pageBatch(doc)} batch [[inline]];\n`
          : label === "pid_table"
            ? `${this.pidEntry()} pid_table[while($ < record_end)]${commentAttribute(doc)};\n`
            : this.contents(label, contains, doc);
      return `    ${index > 0 ? "else " : ""}if (${condition})\n        ${text}`;
    });
    return this.other("buffer", "Bytes whose meaning follows from the records before.", parts.join(""));
  }

  private pageBatch(doc: string): string {
    this.other("page", "The contents of one page.", "    u8 bytes[batch_page_size];\n");
    return this.other(
      "page_batch",
      doc,
      `    if (page_count > 0)
        batch_page_size = (record_end - $) / page_count - word_size;
    if (word_size == 8)
        u64 positions[page_count];
    else
        u32 positions[page_count];
    page pages[page_count];
`,
    );
  }

  /** Type of a pid entry. The C struct has one number only; in an image there are as many as its depth, plus one. */
  private pidEntry(): string {
    return this.other(
      "pid_entry",
      "A pid with its numbers, outermost first.",
      "    u32 depth;\n    s32 numbers[depth + 1];\n",
    );
  }

  private raw(format: RecordFormat): string[] {
    const { record, bodies } = format;
    const size = record.raw && bodies[0] && expressionText(record.raw.length, this.notation(bodies[0], "body."));
    if (!record.raw || size === undefined) return [];
    return [`    if (type == ${enumerator(format)})\n        u8 raw[${size}]${commentAttribute(record.raw.doc)};\n`];
  }

  private other(name: string, doc: string, members: string): string {
    const head = `struct ${name} {\n`;
    if (!this.others.some((text) => text.includes(head)))
      this.others.push(`// ${commentText(doc)}\n${head}${members}};\n`);
    return name;
  }

  private aggregate(aggregate: FormatAggregate): string {
    const abi = this.format.abiOf(aggregate.arch);
    for (const entry of aggregate.entries) if (entry.kind === "member") this.typeName(entry, abi);
    return TEXTS.of(aggregate, this.format, () => this.describe(aggregate, abi));
  }

  private describe({ id, union, entries, doc }: FormatAggregate, abi: Abi): string {
    const members = entries.map((entry) =>
      entry.kind === "padding" ? `    padding[${entry.size}];\n` : `    ${this.member(entry, abi)}\n`,
    );
    return `// ${commentText(doc)}\n${union ? "union" : "struct"} ${id} {\n${members.join("")}};\n`;
  }

  private member(entry: MemberEntry, abi: Abi): string {
    const { name, dims, count, doc } = entry;
    const length = dims.length > 0 ? dims.reduce((a, b) => a * b, 1) : undefined;
    const elements = count === undefined ? length : this.count(count, abi);
    return `${this.typeName(entry, abi)} ${patternName(name)}${elements === undefined ? "" : `[${elements}]`}${commentAttribute(doc)};`;
  }

  private typeName({ type, meaning }: MemberEntry, abi: Abi): string {
    if (typeof type !== "string") return type.id;
    const enumeration = meaning.enum === undefined ? undefined : this.format.enumeration(meaning.enum, abi);
    return enumeration && /^[us]/.test(type) ? this.enumeration(enumeration, type) : (SCALAR[type] ?? type);
  }

  private count(count: Expression, abi: Abi): string {
    return expressionText(count, this.notation({ abis: [abi] })) ?? "while($ < record_end)";
  }

  private notation({ abis: [abi] }: Pick<Alternative, "abis">, prefix = ""): Notation {
    return {
      operators: { not: "!", negate: "-" },
      field: (path) => `${prefix}${path.split(".").map(patternName).join(".")}`,
      variable: (name) => name,
      constant: (name) => abi && this.format.constant(name, abi),
    };
  }

  /** Name of the enumeration as a type; the plain integer type when this version has none of its values. */
  private enumeration(enumeration: Enumeration, width: string): string {
    const name = `${enumeration.name}_${width}`;
    if (!this.enums.has(name)) {
      const values = enumeratorsIn(this.format, enumeration);
      const lines = values.map(({ name: own, value, doc }) => `    ${own} = ${value}, // ${commentText(doc)}\n`);
      this.enums.set(name, values.length > 0 ? `enum ${name} : ${width} {\n${lines.join("")}};\n` : "");
    }
    return this.enums.get(name) ? name : width;
  }
}

/** Name of the record type's enumerator in the pattern. */
function enumerator(format: RecordFormat): string {
  return `${RECORD_TYPES}_u32::${recordName(format.record)}`;
}

function archName({ id }: Arch): string {
  return `architecture::${id}`;
}

function isOneOf(arches: readonly Arch[]): string {
  return arches.map((arch) => `arch == ${archName(arch)}`).join(" || ");
}

/** A C name as an identifier of the pattern language, which must not be a keyword. */
export function patternName(name: string): string {
  return KEYWORDS.has(name) ? `${name}_` : name;
}

function commentAttribute(doc: string): string {
  return doc === "" ? "" : ` [[comment(${quoted(doc)})]]`;
}
