/** Single fields by their path, as the readers of records and structs give them. */
export abstract class FieldValues {
  /** A number as the codecs give it: a bigint for the 64-bit widths. Undefined where there is no such field, or the bytes end before it. */
  abstract value(path: string): number | bigint | undefined;

  /** The same as a number: 64-bit fields above 2^53 are rounded. */
  number(path: string): number | undefined {
    const value = this.value(path);
    return value === undefined ? undefined : Number(value);
  }

  /** The same, exact. */
  big(path: string): bigint | undefined {
    const value = this.value(path);
    return value === undefined ? undefined : BigInt(value);
  }
}
