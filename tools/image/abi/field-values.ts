/** Single fields by their path, as readers of records and structs provide them. */
export abstract class FieldValues {
  /** A number as the codecs return it: a bigint for 64-bit types. Undefined if there is no such field or the bytes end before it. */
  abstract value(path: string): number | bigint | undefined;

  /** A field as a `number`: 64-bit values above 2^53 are rounded. Undefined if there is no such field. */
  number(path: string): number | undefined {
    const value = this.value(path);
    return value === undefined ? undefined : Number(value);
  }

  /** A field as a `bigint`, exact. Undefined if there is no such field. */
  big(path: string): bigint | undefined {
    const value = this.value(path);
    return value === undefined ? undefined : BigInt(value);
  }
}
