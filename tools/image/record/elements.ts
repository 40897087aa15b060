/** Where the elements of an array lie that is the payload of a record. */
import type { PayloadEntry } from "../../../runtime/index.js";
import type { ImageFormat } from "../abi/format.js";
import { kernelSizes } from "../abi/kernel-sizes.js";
import type { ImageRecord } from "./records.js";

export interface ElementPlaces {
  /** A width, or the schema key of a struct. */
  readonly of: string;
  /** Of the first, in bytes from the start of the image. */
  readonly start: number;
  /** Bytes of one. Where it is longer than its struct, the kernel's own state stands behind the fields. */
  readonly size: number;
  /** How many whole ones there is room for. */
  readonly count: number;
  /** Bytes behind the last one; 0 when the elements fill the payload. */
  readonly rest: number;
}

/**
 * Undefined for a payload that is no array, and where it is not known what an element is or how long: structs of the kernel take what the
 * payload has for each of them, if the walk found that the number of elements divides it.
 */
export function elementPlaces(
  format: ImageFormat,
  record: ImageRecord,
  contains: PayloadEntry | undefined = record.kind?.payload,
): ElementPlaces | undefined {
  const of = contains?.kind === "array" ? contains.of : undefined;
  if (of === undefined) return undefined;
  const size = record.elementSize ?? (kernelSizes(format, of) ? undefined : format.elementSize(of));
  if (!size) return undefined;
  const { start, end } = record.payload;
  const count = Math.floor((end - start) / size);
  return { of, start, size, count, rest: end - start - count * size };
}
