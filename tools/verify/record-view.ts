/** The current record of a check. There is one view for the whole image, so data to be kept must be copied. */
import type { BoundStruct } from "../../runtime/index.js";
import { FieldValues } from "../image/abi/field-values.js";
import type { FieldPlace } from "../image/abi/fields.js";
import type { ImageFormat, RecordKind } from "../image/abi/format.js";
import type { ImageSource } from "../image/bytes/source.js";
import type { ImageRecord } from "../image/record/records.js";
import type { SyntaxStep } from "../image/walk/syntax.js";

/** An array of structs in a record. */
export interface CheckedArray {
  /** Name of the array in paths, e.g. `pids`. */
  readonly name: string;
  readonly struct: BoundStruct;
  /** Offset of the first element, in bytes from the start of the image. */
  readonly start: number;
  /** Bytes from one element to the next; more than the size of the struct if the kernel keeps something after it. */
  readonly size: number;
  /** Number of elements that fit. The record may announce another number, which the walk reports. */
  readonly count: number;
}

/** A field of the current record. Several inspectors read the same fields, so each is read once per record. */
interface CachedField {
  readonly place: FieldPlace | undefined;
  /** The record, counted from 1, of which `number` is the value; `turnOfBig` likewise. */
  turn: number;
  number: number | undefined;
  turnOfBig: number;
  big: bigint | undefined;
}

/** By path. */
type CachedFields = Map<string, CachedField>;

export class RecordView extends FieldValues {
  /** Set before the view is passed to any listener. */
  record!: ImageRecord;
  /** The node of the grammar; undefined for a skipped record. */
  step: SyntaxStep | undefined;
  /** The struct of the record, chosen by its own fields or its length. */
  struct: BoundStruct | undefined;
  /** Result of `elementsOf`, which several inspectors use; null before it is called for the current record. */
  elements: CheckedArray | undefined | null = null;
  /** Number of records shown so far. */
  private turn = 0;
  /** Cached fields of all records with the struct {@link RecordKind.struct}, by index of the kind. */
  private readonly usualFields: (CachedFields | undefined)[] = [];
  /** Cached fields of records with other structs. */
  private readonly otherFields = new Map<RecordKind | undefined, Map<BoundStruct | undefined, CachedFields>>();
  /** Cached fields of the current record. */
  private fields: CachedFields = new Map();

  constructor(
    readonly format: ImageFormat,
    readonly source: ImageSource,
  ) {
    super();
  }

  show(record: ImageRecord, step: SyntaxStep | undefined): void {
    this.record = record;
    this.step = step;
    this.turn++;
    this.elements = null;
    const { kind } = record;
    this.struct = kind?.fixedLength === undefined ? record.structIn(this.source) : kind.struct;
    this.fields = this.fieldsOf(kind, this.struct);
  }

  get name(): string {
    return this.record.name;
  }

  get offset(): number {
    return this.record.offset;
  }

  /** Name that the grammar gives the record at this place. */
  get label(): string | undefined {
    return this.step?.entry.as;
  }

  /** Offset of a field, in bytes from the start of the image. */
  offsetOf(path: string): number | undefined {
    const { place } = this.field(path);
    return place && this.offset + place.offset;
  }

  override value(path: string): number | bigint | undefined {
    const { place } = this.field(path);
    return this.has(place) ? place.read(this.source.view, this.window(), this.format.littleEndian) : undefined;
  }

  override number(path: string): number | undefined {
    const field = this.field(path);
    if (field.turn !== this.turn) this.readNumber(field);
    return field.number;
  }

  override big(path: string): bigint | undefined {
    const field = this.field(path);
    if (field.turnOfBig !== this.turn) this.readBig(field);
    return field.big;
  }

  /** A field as a number if that is exact, else as a bigint; 0 if there is no such field. Numbers are many times as fast as bigints. */
  exact(path: string): number | bigint {
    const number = this.number(path) ?? 0;
    return Number.isSafeInteger(number) ? number : (this.big(path) ?? 0);
  }

  private readNumber(field: CachedField): void {
    const { place } = field;
    field.turn = this.turn;
    field.number = this.has(place)
      ? place.readNumber(this.source.view, this.window(), this.format.littleEndian)
      : undefined;
  }

  private readBig(field: CachedField): void {
    const { place } = field;
    field.turnOfBig = this.turn;
    field.big = this.has(place)
      ? BigInt(place.read(this.source.view, this.window(), this.format.littleEndian))
      : undefined;
  }

  /** Whether a field lies within the bytes of the record. */
  private has(place: FieldPlace | undefined): place is FieldPlace {
    return place !== undefined && place.offset + place.size <= this.record.length;
  }

  private field(path: string): CachedField {
    return this.fields.get(path) ?? this.addField(path);
  }

  private addField(path: string): CachedField {
    const place = this.record.kind?.place(this.struct, path);
    const field: CachedField = { place, turn: 0, number: undefined, turnOfBig: 0, big: undefined };
    this.fields.set(path, field);
    return field;
  }

  private fieldsOf(kind: RecordKind | undefined, struct: BoundStruct | undefined): CachedFields {
    if (kind && struct === kind.struct) {
      let fields = this.usualFields[kind.index];
      if (!fields) {
        fields = new Map();
        this.usualFields[kind.index] = fields;
      }
      return fields;
    }
    const byStruct = this.otherFields.get(kind) ?? new Map<BoundStruct | undefined, CachedFields>();
    this.otherFields.set(kind, byStruct);
    const fields = byStruct.get(struct) ?? new Map<string, CachedField>();
    byStruct.set(struct, fields);
    return fields;
  }

  private window(): number {
    const { kind, offset, length } = this.record;
    return this.source.window(offset, Math.min(length, kind?.longest ?? 0));
  }
}
