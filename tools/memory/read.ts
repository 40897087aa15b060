/** Reads memory: a range of addresses in, its bytes out, a piece at a time and with what is missing between them. */
import { windowBytes } from "../image/bytes/source.js";
import type { Extent, ReadableMemory } from "./memory.js";

/** A part of an extent that fits into memory, or all of one whose bytes are not known. */
export interface Piece {
  readonly start: bigint;
  /** First address behind it. */
  readonly end: bigint;
  readonly extent: Extent;
  /** Valid until the next piece is asked for; undefined when they are neither in the image nor zero. */
  readonly bytes: Uint8Array | undefined;
}

/** Bytes of the longest piece. */
const PIECE = 64 * 1024;

const ZEROS = new Uint8Array(PIECE);

export function* readMemory(memory: ReadableMemory, start: bigint, end: bigint): Generator<Piece, void, void> {
  for (const extent of memory.extents(start, end)) {
    const { backing } = extent;
    if (backing.kind !== "image" && backing.kind !== "zero") {
      yield { start: extent.start, end: extent.end, extent, bytes: undefined };
      continue;
    }
    for (let at = extent.start; at < extent.end; ) {
      const left = extent.end - at;
      const length = left < PIECE ? Number(left) : PIECE;
      const bytes =
        backing.kind === "zero"
          ? ZEROS.subarray(0, length)
          : windowBytes(memory.image.source, backing.offset + Number(at - extent.start), length);
      yield { start: at, end: at + BigInt(length), extent, bytes };
      at += BigInt(length);
    }
  }
}

/** The first bytes of a range, as many as are known without a gap. */
export function readBytes(memory: ReadableMemory, start: bigint, most: number): Uint8Array {
  return gather(memory, start, most).bytes;
}

/** The bytes of a range up to its first NUL, the first gap or its end; `ends` tells whether there was a NUL. */
export function readText(memory: ReadableMemory, start: bigint, most: number): { bytes: Uint8Array; ends: boolean } {
  return gather(memory, start, most, 0);
}

function gather(
  memory: ReadableMemory,
  start: bigint,
  most: number,
  last?: number,
): { bytes: Uint8Array; ends: boolean } {
  const parts: Uint8Array[] = [];
  let ends = false;
  for (const { bytes } of readMemory(memory, start, start + BigInt(most))) {
    if (!bytes || ends) break;
    const at = last === undefined ? -1 : bytes.indexOf(last);
    ends = at >= 0;
    parts.push(ends ? bytes.slice(0, at) : bytes.slice());
  }
  return { bytes: new Uint8Array(Buffer.concat(parts)), ends };
}
