/** Reads some fields of many records by their rows, without creating objects for each. */
import type { BoundStruct } from "../../runtime/index.js";
import { type FieldPlace, placeOf } from "../image/abi/fields.js";
import type { Image } from "../image/image.js";

export class NumberFields {
  private readonly places = new Map<BoundStruct, readonly (FieldPlace | undefined)[]>();
  private readonly values: Float64Array;
  /** Places of the fields in the struct of the opened record. */
  private opened: readonly (FieldPlace | undefined)[] | undefined;
  /** Bytes of the opened record. */
  private length = 0;

  /** @param paths fields of one record type, by their paths in the schema */
  constructor(
    private readonly image: Image,
    private readonly paths: readonly string[],
  ) {
    this.values = new Float64Array(paths.length);
  }

  /**
   * The fields of the record of a row, in the order of the paths: NaN for a field that the record does not have; 64-bit values above 2^53 are rounded.
   * Valid until the next call.
   */
  numbers(row: number): Float64Array {
    const { values, image } = this;
    const at = this.open(row);
    for (let i = 0; i < values.length; i++) {
      const place = this.present(i);
      values[i] = place ? place.readNumber(image.source.view, at, image.format.littleEndian) : Number.NaN;
    }
    return values;
  }

  /** One field of the record of a row, exact; undefined if the record does not have it. */
  big(row: number, index: number): bigint | undefined {
    const { source, format } = this.image;
    const at = this.open(row);
    const place = this.present(index);
    return place && BigInt(place.read(source.view, at, format.littleEndian));
  }

  /** Makes the fields of a record readable. Returns its offset in the view. */
  private open(row: number): number {
    const { table, source } = this.image;
    const { kind } = table.roleOf(row);
    this.length = table.lengthOf(row);
    const at = source.window(table.offsetOf(row), Math.min(this.length, kind?.longest ?? 0));
    const struct = kind?.structOf(source.view, at, this.length);
    this.opened = struct && this.placesIn(struct);
    return at;
  }

  private present(index: number): FieldPlace | undefined {
    const place = this.opened?.[index];
    return place && place.offset + place.size <= this.length ? place : undefined;
  }

  private placesIn(struct: BoundStruct): readonly (FieldPlace | undefined)[] {
    let places = this.places.get(struct);
    if (!places) {
      places = this.paths.map((path) => placeOf(struct, path));
      this.places.set(struct, places);
    }
    return places;
  }
}
