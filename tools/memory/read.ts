/** Reads memory: the bytes of a range of addresses, piece by piece, including pieces whose bytes are not known. */
import { concatUint8Arrays } from "uint8array-extras";
import { windowBytes } from "../image/bytes/source.js";
import type { Extent, ReadableMemory } from "./memory.js";

/** A part of an extent that fits into memory, or a whole extent whose bytes are not known. */
export interface MemoryPiece {
  readonly start: bigint;
  /** First address after the piece. */
  readonly end: bigint;
  readonly extent: Extent;
  /** Valid until the next piece is requested; undefined if the bytes are neither in the image nor zero. */
  readonly bytes: Uint8Array | undefined;
}

/** Maximum length of a piece in bytes. */
const MAX_PIECE_BYTES = 64 * 1024;

const ZEROS = new Uint8Array(MAX_PIECE_BYTES);

export function* readMemory(memory: ReadableMemory, start: bigint, end: bigint): Generator<MemoryPiece, void, void> {
  for (const extent of memory.extents(start, end)) {
    const { backing } = extent;
    if (backing.kind !== "image" && backing.kind !== "zero") {
      yield { start: extent.start, end: extent.end, extent, bytes: undefined };
      continue;
    }
    for (let at = extent.start; at < extent.end; ) {
      const left = extent.end - at;
      const length = left < MAX_PIECE_BYTES ? Number(left) : MAX_PIECE_BYTES;
      const bytes =
        backing.kind === "zero"
          ? ZEROS.subarray(0, length)
          : windowBytes(memory.image.source, backing.offset + Number(at - extent.start), length);
      yield { start: at, end: at + BigInt(length), extent, bytes };
      at += BigInt(length);
    }
  }
}

/** As {@link readMemory}, but memory that reads as zero is one piece per extent, of any length and without its bytes. */
export function* readSparse(memory: ReadableMemory, start: bigint, end: bigint): Generator<MemoryPiece, void, void> {
  for (const extent of memory.extents(start, end)) {
    if (extent.backing.kind === "image") yield* readMemory(memory, extent.start, extent.end);
    else yield { ...extent, extent, bytes: extent.backing.kind === "zero" ? NO_BYTES : undefined };
  }
}

const NO_BYTES = new Uint8Array(0);

/** The first bytes of a range, up to the first gap. */
export function readBytes(memory: ReadableMemory, start: bigint, most: number): Uint8Array {
  return gather(memory, start, most).bytes;
}

/** The bytes of a range up to its first NUL, the first gap or its end; `ends` is true if a NUL was found. */
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
  return { bytes: concatUint8Arrays(parts), ends };
}
