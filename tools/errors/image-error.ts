/** Errors about the bytes of an image. */
import { CkptError } from "../../runtime/errors.js";
import type { ImageErrorCode } from "./codes.js";

export type { ImageErrorCode };

/** Facts of an {@link ImageError}. */
export interface ImageErrorFacts {
  /** Offset in bytes from the start of the image. */
  readonly offset: number;
  /** Name of the wrong record, or of the missing one. */
  readonly record?: string | undefined;
  /** Rule of the grammar that was being followed. */
  readonly rule?: string | undefined;
  readonly expected: string;
  readonly found: string;
  /** For a payload of the wrong length: the maximum number of bytes that it should have. */
  readonly announced?: number | undefined;
}

/** Bad input: the image is damaged, or of another version than the one it is read as. */
export class ImageError extends CkptError implements ImageErrorFacts {
  readonly exit = "input";
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
    super(`${where}: expected ${expected}, found ${found}`, { offset, record });
    this.offset = offset;
    this.record = record;
    this.rule = rule;
    this.expected = expected;
    this.found = found;
    this.announced = announced;
  }
}
