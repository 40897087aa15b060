/** The same fields of many records of one type: their places are looked up once, and each record is found in the image once. */
import type { FieldPlace } from "../abi/fields.js";
import type { ImageFormat } from "../abi/format.js";
import type { ImageSource } from "../bytes/source.js";

/** Bytes of an image, and the format to read them by. */
interface Readable {
  readonly format: ImageFormat;
  readonly source: ImageSource;
}

/**
 * Reads the same fields of many records. Fields are numbered in the order in which they were requested. They are undefined if the record ends before
 * them, or the version lacks them.
 */
export class ChosenFields {
  private readonly places: readonly (FieldPlace | undefined)[];
  /** Bytes from the start of a record to the end of its last requested field. */
  private readonly longest: number;
  private readonly littleEndian: boolean;
  private readonly source: ImageSource;
  private at = 0;
  private length = 0;

  /**
   * @param name type of the records, without `CKPT_HDR_`
   * @param paths fields of the part that all structs of the type have in common
   */
  constructor({ format, source }: Readable, name: string, paths: readonly string[]) {
    const kind = format.kind(name);
    this.places = paths.map((path) => kind?.place(kind.struct, path));
    this.longest = Math.max(0, ...this.places.map((place) => (place ? place.offset + place.size : 0)));
    this.littleEndian = format.littleEndian;
    this.source = source;
  }

  /**
   * Reads a record. Its fields can be read until something else of the image is.
   *
   * @param offset offset of the record, in bytes from the start of the image
   * @param length bytes of the record
   */
  readAt(offset: number, length: number): void {
    this.length = Math.min(length, this.longest);
    this.at = this.source.window(offset, this.length);
  }

  /** A field as a `number`: 64-bit values above 2^53 are rounded. */
  number(field: number): number | undefined {
    const place = this.place(field);
    return place?.readNumber(this.source.view, this.at, this.littleEndian);
  }

  /** A field as a `bigint`, exact. */
  big(field: number): bigint | undefined {
    const place = this.place(field);
    return place && BigInt(place.read(this.source.view, this.at, this.littleEndian));
  }

  /** A field within the bytes of the record. */
  private place(field: number): FieldPlace | undefined {
    const place = this.places[field];
    return place && place.offset + place.size <= this.length ? place : undefined;
  }
}
