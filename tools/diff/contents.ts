/** Compares waiting data of pipes, sockets, message queues and terminals byte by byte. Its division into records has no meaning. */

import { concatUint8Arrays } from "uint8array-extras";
import { copyBytes, windowBytes } from "../image/bytes/source.js";
import type { Image } from "../image/image.js";
import { type ByteDifference, type ByteRun, countUnequal, joinedRuns, unequalRanges } from "./bytes.js";

/** Ranges of bytes of an image that belong together, in order. */
export class Contents {
  readonly length: number;

  constructor(
    readonly image: Image,
    readonly parts: readonly { readonly offset: number; readonly length: number }[],
  ) {
    this.length = parts.reduce((sum, { length }) => sum + length, 0);
  }

  /** A copy of at most `most` bytes from an offset on. */
  read(from: number, most: number): Uint8Array {
    const pieces: Uint8Array[] = [];
    let start = 0;
    let left = most;
    for (const { offset, length } of this.parts) {
      const skipped = Math.max(0, from - start);
      const count = Math.min(length - skipped, left);
      if (count > 0) {
        pieces.push(copyBytes(this.image.source, offset + skipped, count));
        left -= count;
      }
      start += length;
    }
    return concatUint8Arrays(pieces);
  }
}

/** Number of bytes that are compared at once. */
const PIECE_BYTES = 64 * 1024;

/** Compares waiting data byte by byte; undefined if both are equal. */
export function compareContents(a: Contents, b: Contents): ByteDifference | undefined {
  let changed = 0n;
  for (const { one, other } of commonPieces(a, b)) changed += BigInt(countUnequal(one, other));
  if (changed === 0n && a.length === b.length) return undefined;
  return { pages: undefined, changed, runs: { [Symbol.iterator]: () => joinedRuns(runsOf(a, b)) } };
}

function* runsOf(a: Contents, b: Contents): Generator<ByteRun, void, void> {
  for (const { at, one, other } of commonPieces(a, b))
    for (const { start, end } of unequalRanges(one, other)) yield run(a, b, at + start, end - start, "changed");
  const common = Math.min(a.length, b.length);
  if (a.length > common) yield run(a, b, common, a.length - common, "removed");
  if (b.length > common) yield run(a, b, common, b.length - common, "added");
}

function run(a: Contents, b: Contents, start: number, length: number, change: ByteRun["change"]): ByteRun {
  return {
    start: BigInt(start),
    length: BigInt(length),
    change,
    ...(change !== "changed" && { instead: "end" as const }),
    before: (most) => (change === "added" ? undefined : a.read(start, most)),
    after: (most) => (change === "removed" ? undefined : b.read(start, most)),
  };
}

/** Pieces of both contents at the same offsets, up to the end of the shorter one. Valid until the next piece is requested. */
function* commonPieces(a: Contents, b: Contents) {
  let [placeA, placeB] = [
    { part: 0, at: 0 },
    { part: 0, at: 0 },
  ];
  for (let at = 0; ; ) {
    placeA = onPart(a, placeA);
    placeB = onPart(b, placeB);
    const [partA, partB] = [a.parts[placeA.part], b.parts[placeB.part]];
    if (!partA || !partB) return;
    const length = Math.min(partA.length - placeA.at, partB.length - placeB.at, PIECE_BYTES);
    const one = windowBytes(a.image.source, partA.offset + placeA.at, length);
    // If both images have the same source, the second window replaces the first.
    const kept = a.image.source === b.image.source ? one.slice() : one;
    yield { at, one: kept, other: windowBytes(b.image.source, partB.offset + placeB.at, length) };
    at += length;
    placeA = { part: placeA.part, at: placeA.at + length };
    placeB = { part: placeB.part, at: placeB.at + length };
  }
}

/** Moves from the end of a part to the next non-empty one. */
function onPart({ parts }: Contents, place: { part: number; at: number }): { part: number; at: number } {
  let { part, at } = place;
  for (let next = parts[part]; next && at >= next.length; next = parts[++part]) at = 0;
  return { part, at };
}
