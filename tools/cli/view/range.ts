/** The header `Range` of a request. */

/** Bytes from `start` up to but not including `end`. */
interface ByteSpan {
  readonly start: number;
  readonly end: number;
}

/** The one range that a request asks for; undefined for none, for several, and for one outside the `size` bytes. */
export function rangeOf(header: string | undefined, size: number): ByteSpan | undefined {
  const [, first, last] = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(header ?? "") ?? [];
  if (first === undefined) return undefined;
  const start = Number(first);
  const end = last === "" ? size : Math.min(size, Number(last) + 1);
  return start < end ? { start, end } : undefined;
}
