/** The current record of a check. There is one view for the whole image, so data to be kept must be copied. */
import type { BoundStruct } from "../../runtime/index.js";
import { FieldValues } from "../image/abi/field-values.js";
import type { FieldPlace } from "../image/abi/fields.js";
import type { ImageFormat } from "../image/abi/format.js";
import type { ImageSource } from "../image/bytes/source.js";
import type { ImageRecord } from "../image/record/records.js";
import type { SyntaxStep } from "../image/walk/syntax.js";

export class RecordView extends FieldValues {
  /** Set before the view is passed to any listener. */
  record!: ImageRecord;
  /** The node of the grammar; undefined for a skipped record. */
  step: SyntaxStep | undefined;

  constructor(
    readonly format: ImageFormat,
    readonly source: ImageSource,
  ) {
    super();
  }

  show(record: ImageRecord, step: SyntaxStep | undefined): void {
    this.record = record;
    this.step = step;
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

  /** The struct of the record, chosen by its own fields or its length. */
  get struct(): BoundStruct | undefined {
    const { kind } = this.record;
    return kind?.fixedLength === undefined ? this.record.structIn(this.source) : kind.struct;
  }

  /** Offset of a field, in bytes from the start of the image. */
  offsetOf(path: string): number | undefined {
    const place = this.record.kind?.place(this.struct, path);
    return place && this.offset + place.offset;
  }

  override value(path: string): number | bigint | undefined {
    const place = this.place(path);
    return place?.read(this.source.view, this.window(), this.format.littleEndian);
  }

  override number(path: string): number | undefined {
    const place = this.place(path);
    return place?.readNumber(this.source.view, this.window(), this.format.littleEndian);
  }

  /** A field within the bytes of the record. */
  private place(path: string): FieldPlace | undefined {
    const { kind, length } = this.record;
    const place = kind?.place(this.struct, path);
    return place && place.offset + place.size <= length ? place : undefined;
  }

  private window(): number {
    const { kind, offset, length } = this.record;
    return this.source.window(offset, Math.min(length, kind?.longest ?? 0));
  }
}
