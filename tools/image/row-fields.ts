/** The same fields of the records in many rows of a table. */
import type { ImageFormat } from "./abi/format.js";
import type { ImageSource } from "./bytes/source.js";
import { ChosenFields } from "./record/chosen-fields.js";
import type { RecordTable } from "./record-table.js";

/** An image with its table of records. */
export interface Tabled {
  readonly format: ImageFormat;
  readonly source: ImageSource;
  readonly table: RecordTable;
}

/** Reads the same fields of the records in many rows, as {@link ChosenFields} does. */
export class RowFields extends ChosenFields {
  private readonly table: RecordTable;

  /**
   * @param name type of the records, without `CKPT_HDR_`
   * @param paths fields of the part that all structs of the type have in common
   */
  constructor(image: Tabled, name: string, paths: readonly string[]) {
    super(image, name, paths);
    this.table = image.table;
  }

  /** Reads the record of a row. Its fields can be read until something else of the image is. */
  read(row: number): void {
    this.readAt(this.table.offsetOf(row), this.table.lengthOf(row));
  }
}
