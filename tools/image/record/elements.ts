/** Offset, size and number of the elements of an array payload. */
import type { PayloadEntry } from "../../../runtime/index.js";
import type { ImageFormat } from "../abi/format.js";
import { kernelSizes } from "../abi/kernel-sizes.js";
import type { ImageRecord } from "./records.js";

interface ElementPlaces {
  /** Element type: a width, or the schema key of a struct. */
  readonly of: string;
  /** Offset of the first element, in bytes from the start of the image. */
  readonly start: number;
  /** Bytes of one element. If it is longer than its struct, private state of the kernel follows the fields. */
  readonly size: number;
  /** Number of complete elements in the payload. */
  readonly count: number;
  /** Bytes after the last complete element; 0 when the elements fill the payload. */
  readonly rest: number;
}

/**
 * Places of the elements of an array payload. Undefined for other payloads, and if the type or size of an element is not known: the size of kernel
 * structs is the length of the payload divided by the number of elements, if the walk found that it divides evenly.
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
