/** What can be wrong with the bytes of an image. */

export type ImageErrorCode =
  /** Fewer bytes than a record header takes. */
  | "short-header"
  /** A length that does not even cover the record header. */
  | "bad-length"
  /** A record that is longer than the rest of the image. */
  | "short-record"
  /** Bytes outside any record that the image does not have, or a length for them that is negative. */
  | "short-raw"
  /** A record whose length does not fit what is in it. */
  | "record-size"
  /** A record that cannot stand where it stands. */
  | "unexpected-record"
  /** A type that this version does not know. */
  | "unknown-record"
  /** The image ends where a record has to follow. */
  | "unexpected-end"
  /** Records behind the end of the image. */
  | "trailing-record"
  /** A type of object that no OBJREF introduces in this version. */
  | "object-type"
  /** A number of an object that is not positive or already taken. */
  | "object-number"
  /** A count that is negative. */
  | "bad-count"
  /** Objects within objects, deeper than any kernel writes them. */
  | "nesting";

/** Facts of an {@link ImageError}. */
export interface ImageErrorFacts {
  /** Where, in bytes from the start of the image. */
  readonly offset: number;
  /** Name of the record that is wrong, or of the one that should have been there. */
  readonly record?: string | undefined;
  /** Rule of the grammar that was being followed. */
  readonly rule?: string | undefined;
  readonly expected: string;
  readonly found: string;
  /** Of a payload of the wrong length: the most bytes that it should have. */
  readonly announced?: number | undefined;
}

/** Bad input: the image is damaged, or it is of another version than the one it is read as. */
export class ImageError extends Error implements ImageErrorFacts {
  override readonly name = "ImageError";
  readonly offset: number;
  readonly record: string | undefined;
  readonly rule: string | undefined;
  readonly expected: string;
  readonly found: string;
  readonly announced: number | undefined;

  constructor(
    readonly code: ImageErrorCode,
    { offset, record, rule, expected, found, announced }: ImageErrorFacts,
  ) {
    const where = `${record ? `${record} ` : ""}at offset ${offset}${rule ? ` (in ${rule})` : ""}`;
    super(`${where}: expected ${expected}, found ${found}`);
    this.offset = offset;
    this.record = record;
    this.rule = rule;
    this.expected = expected;
    this.found = found;
    this.announced = announced;
  }
}
