/** Writes the memory contents of a core, segment by segment, from the image. */

import { windowBytes } from "../image/bytes/source.js";
import type { Extent, ProcessMemory } from "../memory/memory.js";
import type { GatheringSink } from "../write/gathering-sink.js";
import { pause } from "../write/pause.js";
import type { SegmentPlan } from "./segments.js";

/** Bytes to read at once. */
const PIECE_BYTES = 1024 * 1024;

/** Bytes between two yields to the event loop, for signals. */
const YIELD_BYTES = 16 * PIECE_BYTES;

/**
 * Writes the bytes of all segments of a core, in order.
 *
 * @param onBytes called now and then with the number of bytes written so far
 */
export async function writeContents(
  memory: ProcessMemory,
  { segments, firstPages }: SegmentPlan,
  sink: GatheringSink,
  onBytes: (done: number) => void,
): Promise<void> {
  let done = 0;
  let next = YIELD_BYTES;
  for (const { start, fileSize } of segments) {
    if (fileSize === 0) continue;
    for (const extent of memory.extents(start, start + BigInt(fileSize)))
      for (const count of pieces(extent, memory, firstPages, sink)) {
        done += count;
        if (done < next) continue;
        next = done + YIELD_BYTES;
        onBytes(done);
        await pause();
      }
  }
}

/** Writes an extent piece by piece; yields the bytes of each. */
function* pieces(
  { start, end, backing }: Extent,
  { image }: ProcessMemory,
  firstPages: SegmentPlan["firstPages"],
  sink: GatheringSink,
): Generator<number, void, void> {
  const size = Number(end - start);
  const firstPage = backing.kind === "file" ? firstPages.get(start) : undefined;
  if (firstPage) {
    sink.write(firstPage);
    yield size;
  } else if (backing.kind === "zero" && sink.isSparse) {
    sink.skip(size);
    yield size;
  } else
    for (let at = 0; at < size; at += PIECE_BYTES) {
      const count = Math.min(PIECE_BYTES, size - at);
      if (backing.kind === "image") sink.write(windowBytes(image.source, backing.offset + at, count));
      else sink.skip(count);
      yield count;
    }
}
