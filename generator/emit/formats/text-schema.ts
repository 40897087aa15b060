/**
 * `generated/json-schema`: a JSON Schema per version for images as JSON text, as `ckpt decode` writes and `ckpt encode` reads them. It defines what
 * each record may consist of. The order of records is left to the grammar, and JSON Schema cannot express how values depend on each other (counts,
 * sizes, lengths of texts in bytes).
 */
import {
  COMPANIONS,
  type DOCUMENT_MEMBERS,
  FORMAT,
  MAX_VALUES_BYTES,
  PAYLOAD_MEMBERS,
  RECORD_MEMBERS,
  REMARKS,
} from "../../../runtime/image-text.js";
import type { Abi, Arch, Version } from "../../model.js";
import { banner, lineText } from "../text.js";
import type { Aggregates } from "./aggregates.js";
import { isScalar } from "./facts.js";
import type { FormatSource } from "./image-format.js";
import { FieldSchemas, hex, reference, type Schema } from "./text-fields.js";
import type { Alternative, RecordFormat, VersionFormat } from "./version-format.js";

const GREATEST_WORD = 2 ** 32 - 1;
const WORD: Schema = { type: "integer", minimum: 0, maximum: GREATEST_WORD };
const REMARK: Schema = { type: "string" };

/** What states the version. */
export function textSchemaHead(version: Version, abis: readonly Abi[]): string {
  const document: Record<(typeof DOCUMENT_MEMBERS)[number], Schema> = {
    format: { const: FORMAT },
    abi: { description: "Version and architecture.", enum: abis.map(({ name }) => name) },
    page_size: { description: "Bytes of a page.", enum: Array.from({ length: 12 }, (_, i) => 512 << i) },
    records: { description: "The records of the image in order, under the rules that explain them.", type: "array" },
    remainder: { description: "Bytes after the last record.", ...reference("contents") },
  };
  const head = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    // Validators require an absolute name; a URN does not promise that a host serves it.
    $id: `urn:ckpt-abi:json-schema:text:${version.id}`,
    $comment: banner(["schema"], "").trim(),
    title: `Checkpoint image of ${version.id} as text`,
    description: "What `ckpt decode` writes and `ckpt encode` reads.",
    type: "object",
    properties: document,
    required: ["format", "abi", "page_size", "records"],
    additionalProperties: false,
    allOf: abis.map(({ name, arch }) =>
      when({ abi: { const: name } }, { properties: { records: { items: reference(nodeName(arch)) } } }),
    ),
  };
  return `${JSON.stringify(head, null, 2).slice(0, -2)},\n`;
}

/** What follows: equal for versions in which everything is the same. */
export function textSchemaBody(image: FormatSource): string {
  return new TextSchema(image).definitions();
}

class TextSchema {
  private readonly format: VersionFormat;
  private readonly aggregates: Aggregates;
  private readonly fields: FieldSchemas;
  private readonly elementTypes: readonly string[];

  constructor({ format, aggregates, buffers }: FormatSource) {
    this.format = format;
    this.aggregates = aggregates;
    this.fields = new FieldSchemas(format);
    const payloads = [...buffers.map(({ contains }) => contains), ...format.records.map(({ payload }) => payload)];
    const elements = new Set(payloads.flatMap((payload) => payload?.of ?? []));
    this.elementTypes = [...elements].filter((of) => isScalar(of) || format.element(of));
  }

  definitions(): string {
    const { abis } = this.format;
    const nodes = abis.map(({ arch }) => [nodeName(arch), this.node(arch)] as const);
    const shared = [
      ["members", this.members()],
      ["struct", this.sharedStructs()],
      ["element", this.elements()],
      ["record", this.sharedRecords()],
      ["contents", BYTES],
    ] as const;
    const definitions = [...nodes, ...shared, ...this.fields.definitions];
    const lines = definitions.map(([name, schema]) => `    ${JSON.stringify(name)}: ${JSON.stringify(schema)}`);
    // One definition per line keeps diffs readable.
    return `  "$defs": {\n${lines.join(",\n")}\n  }\n}\n`;
  }

  /** Schema of a node on one architecture: a record, or a rule with its records. */
  private node(arch: Arch): Schema {
    const abi = this.format.abis.find((one) => one.arch === arch);
    const records = this.format.records.filter(({ abis }) => abis.some((one) => one === abi));
    const own = records.filter((record) => !this.isShared(record));
    const structs = this.structsOn(arch);
    const word = this.fields.integer(arch.bits === 64 ? "u64" : "u32");
    const payloads = records.filter((record) => this.elementsOf(record, arch) !== undefined);
    const properties = {
      ...Object.fromEntries(RECORD_MEMBERS.map((name) => [name, true])),
      record: { enum: records.map(({ record }) => record.name) },
      struct: { enum: structs.map(({ name }) => name) },
      positions: { items: word },
      records: { items: reference(nodeName(arch)) },
    };
    return {
      ...reference("members"),
      properties,
      additionalProperties: false,
      allOf: [
        {
          if: { required: ["struct"] },
          // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
          then: {
            allOf: [
              reference("struct"),
              ...structs.filter((body) => !this.hasOneForm(body)).map((body) => this.struct(body)),
            ],
          },
          else: {
            // Without a type and a struct a record has no fields.
            if: { required: ["record"] },
            // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
            then: { allOf: [reference("record"), ...own.map((record) => this.record(record, arch))] },
            else: { properties: nothing(["fields"]) },
          },
        },
        {
          if: { required: ["elements"] },
          // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
          then: {
            if: { required: ["of"] },
            // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
            then: reference("element"),
            else: payloads.length > 0 ? this.ownElements(payloads, arch) : { properties: nothing(["elements"]) },
          },
        },
      ],
    };
  }

  /** Schema of elements of records, for payloads that are equal on all architectures. */
  private ownElements(payloads: readonly RecordFormat[], arch: Arch): Schema {
    return {
      required: ["record"],
      properties: { record: { enum: payloads.map(({ record }) => record.name) } },
      allOf: payloads.map((record) =>
        when(
          { record: { const: record.record.name } },
          { properties: { elements: { items: this.element(this.elementsOf(record, arch) as string) } } },
        ),
      ),
    };
  }

  /** Members that any record may have, whatever its type and architecture. */
  private members(): Schema {
    const properties: Record<(typeof RECORD_MEMBERS)[number] | "records", Schema> = {
      as: { description: "Label of the record in the grammar; for readers only.", ...REMARK },
      rule: {
        description: "The rule or the shared object that consists of these records; for readers only.",
        ...REMARK,
      },
      problem: { description: "Reason why the rules end; for readers only.", ...REMARK },
      record: { description: "Type of the record." },
      type: { description: "Number of a type that is unknown, or that replaces that of `record`.", ...WORD },
      length: { description: "Length in the header where it differs from that of the contents.", ...WORD },
      struct: { description: "Struct of the record, if the type does not determine it." },
      fields: { type: "object" },
      text: { type: "string", maxLength: MAX_VALUES_BYTES, pattern: "^[^\\ufffd]*$" },
      size: {
        description: "Bytes of the text with the NULs at its end; one NUL without it.",
        type: "integer",
        minimum: 0,
        maximum: MAX_VALUES_BYTES,
      },
      unterminated: { description: "The text has no NUL at its end.", const: true },
      elements: { type: "array" },
      of: { description: "What the elements are.", enum: this.elementTypes },
      pages: { description: "Contents of consecutive memory pages.", ...reference("contents") },
      positions: { description: "Addresses or indexes of the pages.", type: "array" },
      pids: {
        description: "The numbers of each pid, outermost first.",
        type: "array",
        items: { type: "array", minItems: 1, items: this.fields.integer("s32") },
      },
      bytes: { description: "Bytes of unknown meaning.", ...reference("contents") },
      padding: {
        description: "Bytes that no field holds, by offset in the record.",
        type: "object",
        propertyNames: { pattern: "^(?:[89]|[1-9][0-9]{1,9})$" },
        additionalProperties: hex("1,"),
      },
      raw: { description: "Bytes after the record that its length does not count.", ...reference("contents") },
      records: { description: "The records of the rule or of the object.", type: "array" },
    };
    const others = (name: string) => PAYLOAD_MEMBERS.filter((member) => member !== name);
    return {
      type: "object",
      properties,
      dependentRequired: {
        ...Object.fromEntries(Object.entries(COMPANIONS).map(([name, payload]) => [name, [payload]])),
        pages: ["positions"],
      },
      dependentSchemas: Object.fromEntries(
        PAYLOAD_MEMBERS.map((name) => [name, { properties: nothing(others(name)) }]),
      ),
      anyOf: [
        { required: ["record"] },
        { required: ["type"] },
        { required: ["records"], propertyNames: { enum: [...REMARKS, "records"] } },
      ],
    };
  }

  private isShared({ bodies, abis }: RecordFormat): boolean {
    return (
      abis.length === this.format.abis.length &&
      bodies.length <= 1 &&
      (bodies[0]?.abis.length ?? abis.length) === abis.length
    );
  }

  private sharedRecords(): Schema {
    return {
      allOf: this.format.records.filter((record) => this.isShared(record)).map((record) => this.record(record)),
    };
  }

  /** Schema of a record without the name of its struct. */
  private record({ record, bodies }: RecordFormat, arch?: Arch): Schema {
    const body = bodies.find(({ abis }) => arch === undefined || abis.some((abi) => abi.arch === arch));
    const description = lineText(record.doc);
    const fields = body ? this.fieldsOf(body) : { properties: nothing(["fields"]) };
    return when({ record: { const: record.name } }, { description, ...fields });
  }

  /** Schema of the fields of a struct; they may be missing if the struct has none. */
  private fieldsOf(body: Alternative, orBytes = true): Schema {
    const aggregate = this.aggregates.ofRecord(body);
    const properties = { fields: this.fields.struct(aggregate) };
    if (!aggregate.entries.some(({ kind }) => kind === "member")) return { properties };
    return orBytes
      ? { properties, anyOf: [{ required: ["fields"] }, { required: ["bytes"] }] }
      : { properties, required: ["fields"] };
  }

  /** Schema of a record that names its struct. */
  private struct(body: Alternative): Schema {
    return when({ struct: { const: body.name } }, this.fieldsOf(body, false));
  }

  /** Schemas of the structs that have one form. Each architecture has at most one of several structs with the same name. */
  private sharedStructs(): Schema {
    return { allOf: this.recordStructs.filter((body) => this.hasOneForm(body)).map((body) => this.struct(body)) };
  }

  private hasOneForm({ name }: Alternative): boolean {
    return this.format.alternatives(name).length === 1;
  }

  private get recordStructs(): Alternative[] {
    const all = this.format.records.flatMap(({ bodies, configurations, variants }) => [
      ...bodies,
      ...configurations,
      ...variants.map(({ body }) => body),
    ]);
    return [...new Set(all)];
  }

  private structsOn(arch: Arch): Alternative[] {
    return this.recordStructs.filter(({ abis }) => abis.some((abi) => abi.arch === arch));
  }

  private elementsOf({ payload, payloadAbis }: RecordFormat, arch: Arch): string | undefined {
    return payload && payloadAbis.some((abi) => abi.arch === arch) ? payload.of : undefined;
  }

  private elements(): Schema {
    return {
      allOf: this.elementTypes.map((of) =>
        when({ of: { const: of } }, { properties: { elements: { items: this.element(of) } } }),
      ),
    };
  }

  private element(of: string): Schema {
    if (isScalar(of)) return this.fields.integer(of);
    const form = this.format.element(of);
    return form ? this.fields.struct(this.aggregates.of(form)) : {};
  }
}

function nodeName({ id }: Arch): string {
  return `node-${id}`;
}

/** A schema that applies only where members have certain values. */
function when(members: Schema, then: Schema): Schema {
  return { if: { properties: members, required: Object.keys(members) }, then };
}

function nothing(names: readonly string[]): Schema {
  return Object.fromEntries(names.map((name) => [name, false]));
}

function oneMember(name: string, schema: Schema): Schema {
  return { type: "object", properties: { [name]: schema }, required: [name], additionalProperties: false };
}

const COUNT: Schema = { type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER };

/** Schema of bytes in any of their text forms. */
const BYTES: Schema = {
  anyOf: [
    oneMember("text", { type: "string", pattern: "^[^\\ufffd]*$" }),
    oneMember("hex", hex("0,")),
    oneMember("base64", {
      type: "string",
      pattern: "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
    }),
    {
      description: "Bytes of a file in the memory directory of the text.",
      type: "object",
      properties: { file: { type: "string" }, offset: COUNT, size: COUNT },
      required: ["file", "offset", "size"],
      additionalProperties: false,
    },
  ],
};
