/** The record that is being looked at. There is one view for a whole image: who wants to keep something of a record copies it. */
import type { BoundStruct } from "../../runtime/index.js";
import type { FieldPlace } from "../image/fields.js";
import type { ImageFormat, ImageRecord, ImageSource, RecordKind, Step } from "../image/index.js";

type Places = Map<string, FieldPlace | undefined>;

export class RecordView {
  /** Set before anybody is given the view. */
  record!: ImageRecord;
  /** The node of the grammar; undefined for a record that was stepped over. */
  step: Step | undefined;
  private readonly places = new Map<RecordKind, Map<BoundStruct | undefined, Places>>();

  constructor(
    readonly format: ImageFormat,
    readonly source: ImageSource,
  ) {}

  show(record: ImageRecord, step: Step | undefined): void {
    this.record = record;
    this.step = step;
  }

  get name(): string {
    return this.record.name;
  }

  get offset(): number {
    return this.record.offset;
  }

  /** What the grammar calls the record at this place. */
  get label(): string | undefined {
    return this.step?.entry.as;
  }

  /** The struct of the record, which its own fields or its length may decide. */
  get struct(): BoundStruct | undefined {
    const { kind, offset, length } = this.record;
    if (kind?.fixedLength !== undefined) return kind.struct;
    return kind?.structOf(this.source.view, this.source.window(offset, Math.min(length, kind.longest)), length);
  }

  /** Undefined when this version has no such field, or the record ends before it. 64-bit fields above 2^53 are rounded. */
  number(path: string): number | undefined {
    const value = this.value(path);
    return value === undefined ? undefined : Number(value);
  }

  /** The same, exact. */
  big(path: string): bigint | undefined {
    const value = this.value(path);
    return value === undefined ? undefined : BigInt(value);
  }

  /** Where a field begins, in bytes from the start of the image. */
  offsetOf(path: string): number | undefined {
    const place = this.place(this.struct, path);
    return place && this.offset + place.offset;
  }

  private value(path: string): number | bigint | undefined {
    const { kind, offset, length } = this.record;
    if (!kind) return undefined;
    const place = this.place(this.struct, path);
    if (!place || place.offset + place.size > length) return undefined;
    const at = this.source.window(offset, Math.min(length, kind.longest));
    return place.read(this.source.view, at, this.format.littleEndian);
  }

  /** Looking a path up takes longer than reading the field. */
  private place(struct: BoundStruct | undefined, path: string): FieldPlace | undefined {
    const kind = this.record.kind as RecordKind;
    const structs = this.places.get(kind) ?? new Map<BoundStruct | undefined, Places>();
    this.places.set(kind, structs);
    const places = structs.get(struct) ?? new Map<string, FieldPlace | undefined>();
    structs.set(struct, places);
    let place = places.get(path);
    if (place === undefined && !places.has(path)) {
      place = kind.place(struct, path);
      places.set(path, place);
    }
    return place;
  }
}
