/** Sizes of pages. */

/** Whether a value is a size of pages in bytes that a machine can have: a power of two from 512 bytes to 1 MiB. */
export function isPageSize(size: unknown): size is number {
  return typeof size === "number" && size >= 512 && size <= 1 << 20 && Number.isInteger(Math.log2(size));
}
