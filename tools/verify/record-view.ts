/** The record that is being looked at. There is one view for a whole image: who wants to keep something of a record copies it. */
import type { BoundStruct } from "../../runtime/index.js";
import { FieldValues } from "../image/abi/field-values.js";
import type { ImageFormat } from "../image/abi/format.js";
import type { ImageSource } from "../image/bytes/source.js";
import type { ImageRecord } from "../image/record/records.js";
import type { Step } from "../image/walk/syntax.js";

export class RecordView extends FieldValues {
  /** Set before anybody is given the view. */
  record!: ImageRecord;
  /** The node of the grammar; undefined for a record that was stepped over. */
  step: Step | undefined;

  constructor(
    readonly format: ImageFormat,
    readonly source: ImageSource,
  ) {
    super();
  }

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
    const { kind } = this.record;
    return kind?.fixedLength === undefined ? this.record.structIn(this.source) : kind.struct;
  }

  /** Where a field begins, in bytes from the start of the image. */
  offsetOf(path: string): number | undefined {
    const place = this.record.kind?.place(this.struct, path);
    return place && this.offset + place.offset;
  }

  override value(path: string): number | bigint | undefined {
    const { kind, offset, length } = this.record;
    if (!kind) return undefined;
    const place = kind.place(this.struct, path);
    if (!place || place.offset + place.size > length) return undefined;
    const at = this.source.window(offset, Math.min(length, kind.longest));
    return place.read(this.source.view, at, this.format.littleEndian);
  }
}
