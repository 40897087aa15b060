/** The bytes of memory in a core, one segment after the other, as they stand in the image. */
import { setImmediate } from "node:timers/promises";
import { windowBytes } from "../image/source.js";
import type { Extent, ProcessMemory } from "../memory/memory.js";
import type { ImageSink } from "../write/sink.js";
import type { SegmentTable } from "./segment-table.js";

/** Bytes that are read at once. */
const PIECE = 1024 * 1024;

/** Bytes between two moments at which signals are heard. */
const BREATH = 16 * PIECE;

const ZEROS = new Uint8Array(64 * 1024);

/** @param onBytes how many have been written, now and then */
export async function writeContents(
  memory: ProcessMemory,
  segments: SegmentTable,
  sink: ImageSink,
  onBytes: (done: number) => void,
): Promise<void> {
  let done = 0;
  let next = BREATH;
  for (const { start, fileSize } of segments) {
    if (fileSize === 0) continue;
    for (const extent of memory.extents(start, start + BigInt(fileSize)))
      for (const bytes of piecesOf(memory, extent)) {
        sink.write(bytes);
        done += bytes.length;
        if (done < next) continue;
        next = done + BREATH;
        onBytes(done);
        await setImmediate();
      }
  }
}

/** What is not in the image stands between two pages that are, and reads as zero. */
function* piecesOf({ image }: ProcessMemory, { start, end, backing }: Extent): Generator<Uint8Array, void, void> {
  const size = Number(end - start);
  if (backing.kind === "image")
    for (let at = 0; at < size; at += PIECE)
      yield windowBytes(image.source, backing.offset + at, Math.min(PIECE, size - at));
  else for (let at = 0; at < size; at += ZEROS.length) yield ZEROS.subarray(0, Math.min(ZEROS.length, size - at));
}
