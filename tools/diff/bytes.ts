/** Compares bytes: differences as runs. */
import { isEqual } from "../image/bytes/equal.js";

/** A range of bytes that differ, or that only one side has. */
export interface ByteRun {
  /** Address, or offset in the compared contents. */
  readonly start: bigint;
  readonly length: bigint;
  /** `added` and `removed`: the other image has no such bytes. */
  readonly change: "added" | "removed" | "changed";
  /** What the other image has instead: zero memory, memory still in the mapped file, or its end. */
  readonly instead?: "zeros" | "file" | "end";
  /** The first bytes of the run in the first image; `after` those in the second. Undefined if the image has none. */
  before(most: number): Uint8Array | undefined;
  after(most: number): Uint8Array | undefined;
}

export interface ByteDifference {
  /** Number of pages that are only in the second image, only in the first, and in both but different; undefined for contents without pages. */
  readonly pages: { readonly added: number; readonly removed: number; readonly changed: number } | undefined;
  /** Number of bytes that differ, where both sides have bytes. */
  readonly changed: bigint;
  /** In the order of addresses, found on demand. */
  readonly runs: Iterable<ByteRun>;
}

/** Differing bytes separated by fewer equal bytes than this are one run. */
const MAX_EQUAL_BYTES = 8;

/** Number of bytes that are compared at once before single bytes are compared. */
const BLOCK = 4096;

/** Ranges of differing bytes of two arrays of equal length. Adjacent ranges are not merged yet. */
export function* unequalRanges(a: Uint8Array, b: Uint8Array): Generator<{ start: number; end: number }, void, void> {
  const { length } = a;
  let start = -1;
  let last = -1;
  for (let block = 0; block < length; block += BLOCK) {
    const end = Math.min(block + BLOCK, length);
    if (isEqual(a.subarray(block, end), b.subarray(block, end))) continue;
    for (let at = block; at < end; at++) {
      if (a[at] === b[at]) continue;
      if (start >= 0 && at - last > MAX_EQUAL_BYTES) {
        yield { start, end: last + 1 };
        start = at;
      } else if (start < 0) start = at;
      last = at;
    }
  }
  if (start >= 0) yield { start, end: last + 1 };
}

/** Number of differing bytes of two arrays of equal length. */
export function countUnequal(a: Uint8Array, b: Uint8Array): number {
  let count = 0;
  for (let block = 0; block < a.length; block += BLOCK) {
    const end = Math.min(block + BLOCK, a.length);
    if (isEqual(a.subarray(block, end), b.subarray(block, end))) continue;
    for (let at = block; at < end; at++) if (a[at] !== b[at]) count++;
  }
  return count;
}

const ZEROS = new Uint8Array(64 * 1024);

export function isZeroRun(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += ZEROS.length) {
    const piece = bytes.subarray(at, at + ZEROS.length);
    if (!isEqual(piece, ZEROS.subarray(0, piece.length))) return false;
  }
  return true;
}

/** Merges adjacent runs of the same kind, so that the result does not depend on the pieces in which bytes were read. */
export function* joinedRuns(runs: Iterable<ByteRun>): Generator<ByteRun, void, void> {
  let pending: ByteRun | undefined;
  for (const run of runs) {
    const gap = pending ? run.start - pending.start - pending.length : 0n;
    const reach = run.change === "changed" ? BigInt(MAX_EQUAL_BYTES - 1) : 0n;
    if (pending && pending.change === run.change && pending.instead === run.instead && gap <= reach) {
      pending = { ...pending, length: run.start + run.length - pending.start };
    } else {
      if (pending) yield pending;
      pending = run;
    }
  }
  if (pending) yield pending;
}
