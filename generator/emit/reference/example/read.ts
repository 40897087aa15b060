/**
 * Reads the example image with the layouts of the model: framing, then the fields of each record, so that every byte belongs to a piece with a
 * meaning. It supports only what the example contains; `tools/image` reads images in general.
 */
import { CkptError } from "../../../../runtime/errors.js";
import type { ScalarType } from "../../../../runtime/integers.js";
import { type DistinctLayout, type Layout, type Layouts, width } from "../../../layout.js";
import { livesIn } from "../../../life.js";
import type { Origin } from "../../../load/document.js";
import type { Abi, Field, GrammarNode, Model, Payload, RecordType, Struct } from "../../../model.js";

/** Bytes with one meaning. */
export interface Piece {
  /** Offset from the start of the image, in bytes. */
  readonly offset: number;
  readonly size: number;
  readonly kind: "field" | "padding" | "payload";
  /** Path of the field in the record, or the label of the payload. */
  readonly name: string;
  readonly field?: Field;
  /** The struct that defines the field, which may be nested in that of the record, and the path of the field in it. */
  readonly struct?: Struct;
  readonly path?: string;
  readonly value?: bigint | string;
}

export interface ExampleRecord {
  readonly offset: number;
  readonly number: number;
  readonly length: number;
  readonly type: RecordType;
  readonly struct: Struct;
  readonly pieces: readonly Piece[];
}

/** A record that the example is expected to have. */
export interface ExamplePlace {
  readonly record: string;
  readonly number: number;
  readonly length: number;
  /** Label of the payload in the grammar. */
  readonly as?: string;
  /** Parts of a payload of bytes, with their sizes in bytes. */
  readonly parts?: readonly (readonly [name: string, size: number])[];
  /** Number of the shared object that begins with this record. */
  readonly object?: number;
}

/** The schema contradicts a real image. */
export class Contradiction extends CkptError {
  readonly code = "contradicted-by-image";
  readonly exit = "findings";

  constructor(
    readonly origin: Origin,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Reads the image.
 *
 * @throws {Contradiction} where the bytes contradict the schema for that version and architecture
 * @throws {Error} where they do not match the expected records, whatever the schema says
 */
export function readExample(
  model: Model,
  layouts: Layouts,
  abi: Abi,
  bytes: Uint8Array,
  places: readonly ExamplePlace[],
): ExampleRecord[] {
  const reader = new Reader(model, layouts, abi, bytes);
  let offset = 0;
  const records = places.map((place) => {
    const record = reader.record(offset, place);
    offset += record.length;
    return record;
  });
  if (offset !== bytes.length)
    throw new Error(`The texts of the example end at byte ${offset}, the image has ${bytes.length}.`);
  return records;
}

class Reader {
  private readonly view: DataView;
  private readonly littleEndian: boolean;
  private readonly layouts: ReadonlyMap<Struct, DistinctLayout>;

  constructor(
    private readonly model: Model,
    layouts: Layouts,
    private readonly abi: Abi,
    private readonly bytes: Uint8Array,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.littleEndian = abi.arch.endian === "little";
    this.layouts = layouts.abis.find((one) => one.abi === abi)?.structs ?? new Map();
  }

  record(offset: number, place: ExamplePlace): ExampleRecord {
    const [number, length] = this.frame(offset);
    if (number !== place.number || length !== place.length)
      throw new Error(
        `The text of the example is about ${place.record} (${place.number}) with ${place.length} bytes at ${offset}; there is a record ${number} with ${length}.`,
      );
    const type = this.typeOf(place);
    const distinct = this.layoutOf(type, offset);
    const { struct, layout } = distinct;
    if (layout.size > length)
      throw new Contradiction(
        struct.origin,
        `${struct.key} has ${layout.size} bytes in ${this.abi.name}, but a real image has a ${type.name} of ${length}`,
      );
    const pieces = [
      ...this.fields(struct, layout, offset),
      ...this.payload(type, place, offset + layout.size, length - layout.size),
    ];
    const objref = pieces.find(({ name }) => name === "objref")?.value;
    if (objref !== undefined && objref !== BigInt(place.object ?? 0))
      throw new Error(`The text of the example is about object ${place.object} at ${offset}; there is ${objref}.`);
    return { offset, number, length, type, struct, pieces };
  }

  /** Type and length of the record at an offset. */
  private frame(offset: number): [number: number, length: number] {
    if (offset + 8 > this.bytes.length) return [0, 0];
    return [this.view.getUint32(offset, this.littleEndian), this.view.getUint32(offset + 4, this.littleEndian)];
  }

  private typeOf({ record, number }: ExamplePlace): RecordType {
    const { records } = this.model;
    const type = records.find(({ name }) => name === record);
    const found = type?.number.at(this.abi);
    if (type && found === BigInt(number)) return type;
    const [first] = records;
    const origin = (type ?? first ?? this.abi.arch).origin;
    const has = found === undefined ? `there is no ${record}` : `${record} has the number ${found}`;
    throw new Contradiction(origin, `${has} in ${this.abi.name}, but a real image has one with the number ${number}`);
  }

  /** The layout of a record: the bare header if it has no struct, and the variant that its field selects. */
  private layoutOf({ struct: key = "ckpt_hdr", variants, name, origin }: RecordType, offset: number): DistinctLayout {
    const common = this.distinct(key);
    const fields = common && variants ? this.fields(common.struct, common.layout, offset) : [];
    const decisive = fields.find((piece) => piece.name === variants?.on);
    const enumerator = decisive && this.enumerator(decisive);
    const own = this.distinct((enumerator && variants?.structs[enumerator]) ?? variants?.else ?? key) ?? common;
    if (!own)
      throw new Contradiction(origin, `${name} has no struct in ${this.abi.name}, but a real image has such a record`);
    return own;
  }

  private enumerator({ field, value }: Piece): string | undefined {
    const values = this.model.enums.find(({ name }) => name === field?.meanings.at(this.abi).enum)?.values ?? [];
    return values.find((one) => one.value.at(this.abi) === value)?.name;
  }

  private distinct(key: string): DistinctLayout | undefined {
    const struct = this.model.structs.find((one) => one.key === key && this.layouts.has(one));
    return struct && this.layouts.get(struct);
  }

  /**
   * The pieces of a layout.
   *
   * @param prefix path of the layout in the record
   * @param within path of the layout in the struct
   */
  private fields(struct: Struct, layout: Layout, base: number, prefix = "", within = ""): Piece[] {
    const members = layout.members.flatMap((member): Piece[] => {
      const { field, type, dims, elementSize } = member;
      const own = prefix + (member.name ?? field.key);
      const path = within + (member.name ?? field.key);
      const offset = base + member.offset;
      if (member.flexible) return [];
      const whole = { offset, size: member.size, kind: "field" as const, name: own, field, struct, path };
      if (type.kind === "scalar" && type.scalar === "char")
        return [{ ...whole, value: this.text(offset, member.size) }];
      const count = dims.reduce((product, dim) => product * dim, 1);
      return Array.from({ length: count }, (_, i) => {
        const name = dims.length > 0 ? `${own}[${i}]` : own;
        const at = offset + i * elementSize;
        if (type.kind === "scalar")
          return [{ ...whole, offset: at, size: elementSize, name, value: this.scalar(type.scalar, at) }];
        return type.kind === "reference"
          ? this.fields(type.struct, type.layout, at, `${name}.`)
          : this.fields(struct, type.layout, at, `${name}.`, `${path}.`);
      }).flat();
    });
    const holes = layout.holes.map(
      (hole): Piece => ({ offset: base + hole.offset, size: hole.size, kind: "padding", name: "" }),
    );
    return [...members, ...holes].sort((a, b) => a.offset - b.offset);
  }

  private payload(type: RecordType, { as, parts }: ExamplePlace, offset: number, size: number): Piece[] {
    if (size === 0) return [];
    const name = as ?? "payload";
    const payload = as === undefined ? type.payload : this.contained(type, as);
    if (payload?.kind === "text") return [{ offset, size, kind: "payload", name, value: this.text(offset, size) }];
    const element = payload?.kind === "array" ? this.distinct(payload.of ?? "") : undefined;
    if (element && size % element.layout.size === 0)
      return Array.from({ length: size / element.layout.size }, (_, i) =>
        this.fields(element.struct, element.layout, offset + i * element.layout.size),
      ).flat();
    let end = offset;
    const pieces = (parts ?? [[name, size]]).map(([part, length]): Piece => {
      const at = end;
      end += length;
      const value = length === this.abi.arch.bits / 8 ? { value: this.scalar(`u${this.abi.arch.bits}`, at) } : {};
      return { offset: at, size: length, kind: "payload", name: part, ...value };
    });
    if (end !== offset + size) throw new Error(`The parts of the example's record at ${offset} are not ${size} bytes.`);
    return pieces;
  }

  /** The payload that the grammar defines for a record with this label. */
  private contained(record: RecordType, as: string): Payload | undefined {
    const { model } = this;
    const lives = (node: Pick<GrammarNode, "since" | "until">) => livesIn(model, this.abi.version, node);
    const search = (items: readonly GrammarNode[]): GrammarNode | undefined => {
      for (const node of items) {
        if (!lives(node)) continue;
        if (node.kind === "record" && node.name === record.name && node.as === as) return node;
        const inner = node.kind === "sequence" || node.kind === "choice" ? search(node.items) : undefined;
        if (inner) return inner;
      }
      return undefined;
    };
    for (const rule of [...model.grammar.rules, ...model.grammar.bodies]) {
      const node = lives(rule) ? search(rule.items) : undefined;
      if (node) return node.contains;
    }
    throw new Contradiction(
      record.origin,
      `the grammar has no ${record.name} called \`${as}\` in ${this.abi.name}, but a real image has`,
    );
  }

  private scalar(scalar: ScalarType, offset: number): bigint {
    const littleEndian = scalar.startsWith("le") || (this.littleEndian && !scalar.startsWith("be"));
    const own = this.bytes.slice(offset, offset + width(scalar));
    if (littleEndian) own.reverse();
    const unsigned = own.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
    return scalar.startsWith("s") ? BigInt.asIntN(own.length * 8, unsigned) : unsigned;
  }

  /** Text up to the first NUL. */
  private text(offset: number, size: number): string {
    const own = this.bytes.subarray(offset, offset + size);
    const end = own.indexOf(0);
    return Buffer.from(end < 0 ? own : own.subarray(0, end)).toString("latin1");
  }
}
