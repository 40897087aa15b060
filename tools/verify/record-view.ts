/** The current record of a check. There is one view for the whole image, so data to be kept must be copied. */
import type { BoundStruct } from "../../runtime/index.js";
import { FieldValues } from "../image/abi/field-values.js";
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
    const { kind, offset, length } = this.record;
    if (!kind) return undefined;
    const place = kind.place(this.struct, path);
    if (!place || place.offset + place.size > length) return undefined;
    const at = this.source.window(offset, Math.min(length, kind.longest));
    return place.read(this.source.view, at, this.format.littleEndian);
  }
}
