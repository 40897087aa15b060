/**
 * `generated/kaitai`: a description of whole images per version for Kaitai Struct, whose compiler generates parsers in a dozen languages.
 *
 * Byte order and architecture are determined from the image, so one description covers all architectures. The stream is a flat list of records; the
 * contents of a buffer follow from the records before it.
 */
import type { Expression } from "../../../../runtime/expression.js";
import type { Abi, Arch, Enumeration, Payload, RecordType } from "../../../model.js";
import { structPage } from "../../reference/addresses.js";
import type { Aggregates, FormatAggregate, MemberEntry } from "../aggregates.js";
import type { FormatBuffer } from "../buffers.js";
import {
  archIdPlace,
  archNumbers,
  enumeratorsIn,
  expressionText,
  identifier,
  identifiers,
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

/** Lines of YAML, without indentation. */
type Lines = readonly string[];

const SCALAR: Readonly<Record<string, string>> = {
  u8: "u1",
  u16: "u2",
  u32: "u4",
  u64: "u8",
  s8: "s1",
  s16: "s2",
  s32: "s4",
  s64: "s8",
  f32: "f4",
  f64: "f8",
  le16: "u2le",
  be16: "u2be",
  be32: "u4be",
};

/** Type of a record, with the state that it takes over from the one before it. */
const RECORD =
  "record(_index, _index == 0 ? record_type::ckpt_hdr_header : records[_index - 1].anchor, " +
  "_index == 0 ? 0 : records[_index - 1].ordinal)";

export function kaitaiId(version: string): string {
  return `ckpt_${version.replaceAll("-", "_")}`;
}

export function kaitaiText(image: FormatSource): string {
  return new Description(image).text();
}

const TEXTS = new SharedTexts<Lines>();

class Description implements BodyWriter {
  private readonly format: VersionFormat;
  private readonly aggregates: Aggregates;
  private readonly enums = new Map<string, Lines>();
  /** Text of types that are not structs. */
  private readonly others: string[] = [];
  private readonly buffers: readonly FormatBuffer[];

  constructor({ format, aggregates, buffers }: FormatSource) {
    this.format = format;
    this.aggregates = aggregates;
    this.buffers = buffers;
  }

  text(): string {
    const { version, abis } = this.format;
    for (const enumeration of this.format.model.enums)
      if (enumeration.name === RECORD_TYPES) this.enumeration(enumeration);
    const bodies = this.format.records.flatMap((record) => this.bodyCase(record));
    const raws = this.format.records.flatMap((record) => this.rawSize(record));
    const structs = this.aggregates.all.flatMap((aggregate) => this.aggregate(aggregate));
    return `${lines([
      "meta:",
      ...indent([
        `id: ${kaitaiId(version.id)}`,
        `title: ${quoted(`Checkpoint image of Linux checkpoint/restart, ${version.id}`)}`,
        "application: linux-cr, the checkpoint system call",
        "license: MIT",
        "ks-version: 0.9",
        "encoding: UTF-8",
        "endian: le",
      ]),
      `doc: ${quoted(
        `${version.summary} All records of an image in order, for ${list(abis.map(({ arch }) => arch.id))}; the architecture is determined from the image. ` +
          "The content of a buffer follows from the records before it; bytes that no description covers are in `rest`. " +
          "64-bit integers are exact only in target languages that have them; JavaScript does not.",
      )}`,
      "seq:",
      ...indent(["- id: records", `  type: '${RECORD}'`, "  repeat: eos"]),
      "instances:",
      ...indent(this.machine()),
      "types:",
      ...indent([
        "record:",
        ...indent([
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
          ...indent(bodies, 8),
          ...raws,
          "instances:",
          "  anchor:",
          `    value: '${this.isBuffer} ? previous_anchor : type'`,
          "    doc: The last record that is not a buffer.",
          "  ordinal:",
          `    value: '${this.isBuffer} ? previous_ordinal + 1 : 0'`,
          "    doc: Number of the buffer after that record, from 1.",
          "types:",
        ]),
      ]),
    ])}${lines([...this.others, ...structs], 6)}${lines([
      "enums:",
      ...indent([
        "arch:",
        ...indent(abis.map(({ arch }, index) => `${index}: ${arch.id}`)),
        ...[...this.enums.values()].flat(),
      ]),
    ])}`;
  }

  /** Instances that describe the machine that wrote the image. */
  private machine(): Lines {
    const { abis } = this.format;
    const wide = abis.filter(({ arch }) => arch.bits === 64);
    const wordSize =
      wide.length === 0
        ? "4"
        : wide.length === abis.length
          ? "8"
          : `${this.isOneOf(wide.map(({ arch }) => arch))} ? 8 : 4`;
    const page = pageSizes(this.format);
    const place = archIdPlace(this.format);
    return [
      "byte_order: { pos: 0, type: u1, doc: Zero on big-endian machines. }",
      `arch_id: { pos: ${place.offset}, type: u${place.size}${place.size > 1 ? "le" : ""} }`,
      "arch:",
      `  value: '${this.archByNumber()}'`,
      "  doc: Architecture by its number; without a number in this version, by the byte order.",
      "word_size:",
      `  value: '${wordSize}'`,
      "page_size:",
      `  value: ${page.usual}`,
      ...(page.others.length > 0
        ? [
            `  doc: ${quoted(`The usual one. Kernels with pages of ${list(page.others)} exist: change it for their images. Page batches are read with the size that they show themselves.`)}`,
          ]
        : []),
    ];
  }

  private archByNumber(): string {
    const { numbered, little, big } = archNumbers(this.format);
    const otherwise =
      little && big ? `(byte_order == 0 ? arch::${big.id} : arch::${little.id})` : `arch::${(little ?? big)?.id}`;
    return [...numbered.map(({ arch, number }) => `arch_id == ${number} ? arch::${arch.id} : `), otherwise].join("");
  }

  private isOneOf(arches: readonly Arch[], root = ""): string {
    return arches.map(({ id }) => `${root}arch == arch::${id}`).join(" or ");
  }

  private get isBuffer(): string {
    const buffers = this.format.records.filter(({ payload }) => payload?.kind === "context");
    return buffers.map(({ record }) => `type == ${recordEnumerator(record)}`).join(" or ") || "false";
  }

  private bodyCase(format: RecordFormat): Lines {
    const type = bodyType(format, this.aggregates, this);
    return type === undefined ? [] : [`${recordEnumerator(format.record)}: ${type}`];
  }

  partsType(format: RecordFormat, only: FormatAggregate | undefined): string {
    const { record, abis, bodies, configurations, payload } = format;
    const structs = only
      ? attribute("fields", [`type: ${only.id}`])
      : [...bodies, ...configurations].flatMap((own) => this.formOf(own, configurations));
    const withStruct = new Set(bodies.flatMap((own) => own.abis));
    const rest = record.struct !== undefined && abis.some((abi) => !withStruct.has(abi)) ? REST : [];
    return this.other(record.name.toLowerCase(), record.doc, [
      ...structs,
      ...(payload ? this.payload(format, payload) : []),
      ...rest,
    ]);
  }

  /** A struct under the condition that the architecture has it. */
  private formOf(own: Alternative, configurations: readonly Alternative[]): Lines {
    const { id, size } = this.aggregates.ofRecord(own);
    const isHere = this.isOneOf(
      own.abis.map(({ arch }) => arch),
      "_root.",
    );
    const rivals = configurations.filter(({ abis }) => abis.some((abi) => own.abis.includes(abi)));
    const bySize = rivals.includes(own)
      ? [`_io.size == ${size}`]
      : rivals.map((rival) => `_io.size != ${this.aggregates.ofRecord(rival).size}`);
    const { variant } = own.struct;
    const name = `${variant ? `${variant}_` : ""}${own.label}`;
    return attribute(name, [
      `type: ${id}`,
      `if: ${[bySize.length > 0 ? `(${isHere})` : isHere, ...bySize].join(" and ")}`,
    ]);
  }

  private payload({ payloadAbis }: RecordFormat, payload: Payload): Lines {
    const everywhere = payloadAbis.length === this.format.abis.length;
    const condition = everywhere
      ? []
      : [
          `if: ${this.isOneOf(
            payloadAbis.map(({ arch }) => arch),
            "_root.",
          )}`,
        ];
    return this.contents("payload", payload, payload.doc ?? "", condition);
  }

  /** Fields for the bytes after the struct of a record. */
  private contents(name: string, payload: Payload, doc: string, more: Lines): Lines {
    const docs = doc === "" ? [] : [`doc: ${quoted(doc)}`];
    if (payload.kind === "text")
      return attribute(name, ["type: str", "size-eos: true", "pad-right: 0", ...more, ...docs]);
    const element = payload.of === undefined ? undefined : this.elementType(payload.of);
    if (element === undefined) return attribute(name, ["size-eos: true", ...more, ...docs]);
    return attribute(name, [`type: ${element}`, "repeat: eos", ...more, ...docs]);
  }

  private elementType(of: string): string | undefined {
    if (SCALAR[of]) return SCALAR[of];
    const form = this.format.element(of);
    return form && this.aggregates.of(form).id;
  }

  /** Type of a record whose struct one of its fields selects. */
  variantType({ record }: RecordFormat, { whole, decider, cases }: Variants): string {
    const on = identifier(decider.name);
    const types = [...cases.map(({ value, aggregate }) => `${value}: ${aggregate.id}`), `_: ${whole.id}`];
    return this.other(
      record.name.toLowerCase(),
      whole.doc,
      attribute("fields", ["type:", `  switch-on: ${on}`, "  cases:", ...indent(types, 4)]),
      ["instances:", `  ${on}: { pos: ${decider.offset}, type: ${SCALAR[decider.type]} }`],
    );
  }

  bufferType(): string {
    const batch = this.buffers.find(({ label }) => label === "page_batch");
    const before = batch?.after.bodies[0];
    if (batch && before) {
      this.other(
        "page_batch",
        batch.doc,
        [
          ...attribute("positions", [
            "type:",
            "  switch-on: _root.word_size",
            "  cases: { 4: u4, 8: u8 }",
            "repeat: expr",
            "repeat-expr: count",
          ]),
          ...attribute("pages", ["size: page_size", "repeat: expr", "repeat-expr: count"]),
        ],
        [
          "params:",
          "  - { id: count, type: u4 }",
          "instances:",
          "  page_size:",
          "    value: 'count == 0 ? 0 : _io.size / count - _root.word_size'",
        ],
      );
    }
    const seq = this.buffers.flatMap((buffer) => this.buffer(buffer, before));
    this.other(
      "buffer",
      "Bytes whose meaning follows from the records before.",
      [...seq, ...REST],
      [
        "params:",
        "  - { id: index, type: s4 }",
        "  - { id: after, type: u4, enum: record_type }",
        "  - { id: ordinal, type: s4 }",
      ],
    );
    return "buffer(index, anchor, ordinal)";
  }

  private buffer(
    { label, after, ordinal, repeated, contains, doc }: FormatBuffer,
    pgarr: Alternative | undefined,
  ): Lines {
    const condition = [
      `if: after == ${recordEnumerator(after.record)} and ordinal ${repeated ? ">=" : "=="} ${ordinal}`,
    ];
    const docs = [`doc: ${quoted(doc)}`];
    const name = `${label}${this.buffers.find((one) => one.label === label && (one.after !== after || one.ordinal !== ordinal)) ? `_after_${after.record.name.toLowerCase()}` : ""}`;
    if (label === "page_batch" && pgarr) {
      const { id } = this.aggregates.ofRecord(pgarr);
      return attribute(name, [
        `type: page_batch(_root.records[index - 1].body.as<${id}>.nr_pages)`,
        ...condition,
        ...docs,
      ]);
    }
    const pids = label === "pid_table" ? this.format.element("ckpt_pids") : undefined;
    if (pids) return attribute(name, [`type: ${this.pidEntry()}`, "repeat: eos", ...condition, ...docs]);
    if (this.format.hasKernelSize(contains)) {
      const type = this.kernelStruct(contains.of as string);
      return attribute(name, [
        `type: ${type}`,
        ...this.kernelSize(contains, after),
        "repeat: eos",
        ...condition,
        ...docs,
      ]);
    }
    return this.contents(name, contains, doc, condition);
  }

  /** Type of a kernel struct, including the bytes of the kernel after the known fields. */
  private kernelStruct(of: string): string {
    const form = this.format.element(of) as Alternative;
    const { id } = this.aggregates.of(form);
    const { doc = "" } = form.struct.private ?? {};
    return this.other(`kernel_${id}`, form.struct.summary, [
      ...attribute("fields", [`type: ${id}`]),
      ...attribute("kernel_private", ["size-eos: true", `doc: ${quoted(doc)}`]),
    ]);
  }

  /** Size of an element: an equal share of the payload; all of it if the count is 0 or the known fields do not fit. */
  private kernelSize({ of = "", count = 0 }: Payload, after: RecordFormat): Lines {
    const [body] = after.bodies;
    const form = this.format.element(of);
    if (!body || !form) return [];
    const { id } = this.aggregates.ofRecord(body);
    const number = expressionText(count, this.notation(body, `_root.records[index - 1].body.as<${id}>.`));
    const { size } = this.aggregates.of(form);
    return [`size: '${number} * ${size} > _io.size or ${number} == 0 ? _io.size : _io.size / ${number}'`];
  }

  /** Type of a pid entry. The C struct has one number only; in an image there are as many as its depth, plus one. */
  private pidEntry(): string {
    return this.other("pid_entry", "A pid with its numbers, outermost first.", [
      ...attribute("depth", ["type: u4"]),
      ...attribute("numbers", ["type: s4", "repeat: expr", "repeat-expr: depth + 1"]),
    ]);
  }

  private rawSize({ record, bodies: [body] }: RecordFormat): Lines {
    if (!record.raw || !body) return [];
    const { id } = this.aggregates.ofRecord(body);
    const size = expressionText(record.raw.length, this.notation(body, `body.as<${id}>.`));
    if (size === undefined) return [];
    return indent(
      attribute(`raw_${record.name.toLowerCase()}`, [
        `size: ${size}`,
        `if: type == ${recordEnumerator(record)}`,
        `doc: ${quoted(record.raw.doc)}`,
      ]),
    );
  }

  private other(name: string, doc: string, seq: Lines, more: Lines = []): string {
    const header = this.others.includes(`${name}:`)
      ? []
      : [`${name}:`, ...indent([`doc: ${quoted(doc)}`, ...more, ...(seq.length > 0 ? ["seq:", ...indent(seq)] : [])])];
    this.others.push(...header);
    return name;
  }

  private aggregate(aggregate: FormatAggregate): Lines {
    const abi = this.format.abiOf(aggregate.arch);
    for (const entry of aggregate.entries) if (entry.kind === "member") this.enumOf(entry, abi);
    return TEXTS.of(aggregate, this.format, () => this.describe(aggregate, abi));
  }

  private describe({ id, union, entries, doc, struct }: FormatAggregate, abi: Abi): Lines {
    const names = identifiers(entries.map((entry) => (entry.kind === "padding" ? "" : entry.name)));
    const parts = entries.flatMap((entry, index) => {
      if (entry.kind === "padding") return [`- size: ${entry.size}`];
      const attributes = this.member(entry, abi);
      const name = names[index] as string;
      const original = name === entry.name ? [] : [`-orig-id: ${quoted(entry.name)}`];
      return union
        ? [`${name}:`, ...indent(["pos: 0", ...original, ...attributes])]
        : attribute(name, [...original, ...attributes]);
    });
    return [
      `${id}:`,
      ...indent([
        `doc: ${quoted(doc)}`,
        ...(struct ? [`doc-ref: generated/reference/${structPage(struct)}.html`] : []),
        ...(parts.length > 0 ? [union ? "instances:" : "seq:", ...indent(parts)] : []),
      ]),
    ];
  }

  private member(entry: MemberEntry, abi: Abi): Lines {
    const { type, dims, count, doc } = entry;
    const docs = doc === "" ? [] : [`doc: ${quoted(doc)}`];
    const packed = dims.length > 0 && count === undefined && (type === "char" || type === "u8");
    const outer = packed ? dims.slice(0, -1) : dims;
    const repeat = outer.length > 0 ? ["repeat: expr", `repeat-expr: ${outer.reduce((a, b) => a * b, 1)}`] : [];
    const counted = count === undefined ? repeat : this.repeat(count, abi);
    if (packed) {
      const size = `size: ${dims.at(-1)}`;
      return [...(type === "char" ? ["type: str", size, "pad-right: 0"] : [size]), ...counted, ...docs];
    }
    if (type === "char") return ["type: str", "size: 1", ...counted, ...docs];
    if (typeof type !== "string")
      return [`type: ${type.id}`, ...(type.union ? [`size: ${type.size}`] : []), ...counted, ...docs];
    const names = this.enumOf(entry, abi);
    return [`type: ${SCALAR[type]}`, ...names, ...counted, ...docs];
  }

  private enumOf({ meaning, type }: MemberEntry, abi: Abi): Lines {
    if (meaning.enum === undefined || typeof type !== "string" || !/^[us]/.test(type)) return [];
    const enumeration = this.format.enumeration(meaning.enum, abi);
    return enumeration ? this.enumeration(enumeration) : [];
  }

  private repeat(count: Expression, abi: Abi): Lines {
    const text = expressionText(count, this.notation({ abis: [abi] }));
    return text === undefined ? ["repeat: eos"] : ["repeat: expr", `repeat-expr: ${text}`];
  }

  private notation({ abis: [abi] }: Pick<Alternative, "abis">, prefix = ""): Notation {
    return {
      operators: { "&&": "and", "||": "or", not: "not", negate: "-" },
      field: (path) => `${prefix}${path.split(".").map(identifier).join(".")}`,
      variable: (name) => `_root.${name}`,
      constant: (name) => abi && this.format.constant(name, abi),
    };
  }

  /** Reference to an enumeration; empty when this version has none of its values. */
  private enumeration(enumeration: Enumeration): Lines {
    const { name } = enumeration;
    if (!this.enums.has(name)) {
      const enumerators = enumeratorsIn(this.format, enumeration);
      const ids = identifiers(enumerators.map((enumerator) => enumerator.name));
      const values = enumerators.map(
        ({ name: original, value, doc }, index) =>
          `${value}: { id: ${ids[index]}, -orig-id: ${original}, doc: ${quoted(doc)} }`,
      );
      this.enums.set(name, values.length > 0 ? [`${name}:`, ...indent(values)] : []);
    }
    return this.enums.get(name)?.length ? [`enum: ${name}`] : [];
  }
}

/** A field for bytes of unknown meaning. */
const REST: Lines = ["- { id: rest, size-eos: true }"];

function recordEnumerator(record: RecordType): string {
  return `${RECORD_TYPES}::${identifier(recordName(record))}`;
}

function attribute(id: string, rest: Lines): Lines {
  return [`- id: ${id}`, ...indent(rest)];
}

function indent(texts: Lines, columns = 2): string[] {
  const space = " ".repeat(columns);
  return texts.map((text) => space + text);
}

function lines(texts: Lines, columns = 0): string {
  const space = " ".repeat(columns);
  let all = "";
  for (const text of texts) all += `${space}${text}\n`;
  return all;
}
