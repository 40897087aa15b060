/** The same fields of many records of one type: their places are looked up once, and each record is found in the image once. */
import type { FieldPlace } from "./abi/fields.js";
import type { ImageFormat } from "./abi/format.js";
import type { ImageSource } from "./bytes/source.js";
import type { RecordTable } from "./record-table.js";

/** An image with its table of records. */
interface Tabled {
  readonly format: ImageFormat;
  readonly source: ImageSource;
  readonly table: RecordTable;
}

/**
 * Reads the same fields of many records. Fields are numbered in the order in which they were requested. They are undefined if the record ends before
 * them, or the version lacks them.
 */
export class RowFields {
  private readonly places: readonly (FieldPlace | undefined)[];
  /** Bytes from the start of a record to the end of its last requested field. */
  private readonly longest: number;
  private readonly littleEndian: boolean;
  private at = 0;
  private length = 0;

  /**
   * @param name type of the records, without `CKPT_HDR_`
   * @param paths fields of the part that all structs of the type have in common
   */
  constructor(
    private readonly image: Tabled,
    name: string,
    paths: readonly string[],
  ) {
    const kind = image.format.kind(name);
    this.places = paths.map((path) => kind?.place(kind.struct, path));
    this.longest = Math.max(0, ...this.places.map((place) => (place ? place.offset + place.size : 0)));
    this.littleEndian = image.format.littleEndian;
  }

  /** Reads the record of a row. Its fields can be read until something else of the image is. */
  read(row: number): void {
    const { table, source } = this.image;
    this.length = Math.min(table.lengthOf(row), this.longest);
    this.at = source.window(table.offsetOf(row), this.length);
  }

  /** A field as a `number`: 64-bit values above 2^53 are rounded. */
  number(field: number): number | undefined {
    const place = this.places[field];
    return place && place.offset + place.size <= this.length
      ? place.readNumber(this.image.source.view, this.at, this.littleEndian)
      : undefined;
  }

  /** A field as a `bigint`, exact. */
  big(field: number): bigint | undefined {
    const number = this.number(field);
    if (number === undefined) return undefined;
    // Conversion of a small number is faster than reading a bigint.
    if (Number.isSafeInteger(number)) return BigInt(number);
    const place = this.places[field] as FieldPlace;
    return BigInt(place.read(this.image.source.view, this.at, this.littleEndian));
  }
}
