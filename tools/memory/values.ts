/** Reads memory as integers of one width, in the byte order of the image. */
import { scalar } from "../../runtime/scalars.js";
import type { ReadableMemory } from "./memory.js";
import { type MemoryPiece, readMemory } from "./read.js";

export interface MemoryValue {
  readonly address: bigint;
  /** Undefined if the bytes are not known: then one value is given for the whole piece. */
  readonly value?: number | bigint;
  readonly piece: MemoryPiece;
}

/**
 * Complete values of a range; values that are only partly known are omitted.
 *
 * @param width in bytes: 1, 2, 4 or 8
 */
export function* readValues(
  memory: ReadableMemory,
  start: bigint,
  end: bigint,
  width: number,
): Generator<MemoryValue, void, void> {
  const { littleEndian } = memory.image.format;
  const type = scalar(`u${width * 8}`);
  const room = new Uint8Array(width);
  const bytes = new DataView(room.buffer);
  let next = start;
  let filled = 0;
  for (const piece of readMemory(memory, start, end)) {
    if (!piece.bytes) {
      filled = 0;
      yield { address: piece.start, piece };
      next += ((piece.end - next + BigInt(width) - 1n) / BigInt(width)) * BigInt(width);
      continue;
    }
    const skipped = next > piece.start && filled === 0 ? Number(next - piece.start) : 0;
    for (let at = Math.min(skipped, piece.bytes.length); at < piece.bytes.length; at++) {
      room[filled++] = piece.bytes[at] as number;
      if (filled < width) continue;
      yield { address: next, value: type?.read(bytes, 0, littleEndian) ?? 0, piece };
      next += BigInt(width);
      filled = 0;
    }
  }
}
