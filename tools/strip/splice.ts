/** Copies an image with some of its bytes replaced, a chunk at a time. */

import { type ImageSource, windowBytes } from "../image/bytes/source.js";
import type { ByteRange } from "../image/record/records.js";
import { GatheringSink } from "../write/gathering-sink.js";
import { pause } from "../write/pause.js";
import type { ImageSink } from "../write/sink.js";

/** A range of bytes of an image, from `start` up to but not including `end`, and its replacement. */
export type Splice = {
  readonly start: number;
  readonly end: number;
} & (
  | {
      /** Any number of bytes; empty to remove the old ones. */
      readonly bytes: Uint8Array;
    }
  | {
      /** Changes the bytes in place. Called for each piece in order. */
      change(piece: Uint8Array): void;
    }
);

const NOTHING = new Uint8Array(0);

/** Removes bytes. */
export function removed({ start, end }: ByteRange): Splice {
  return { start, end, bytes: NOTHING };
}

/** Clears bytes. */
export function zeroed({ start, end }: ByteRange): Splice {
  return { start, end, change: (piece) => piece.fill(0) };
}

const CHUNK_BYTES = 1024 * 1024;

/** Number of bytes between two yields to the event loop, for signals. */
const YIELD_BYTES = 16 * CHUNK_BYTES;

/**
 * Copies an image to a sink, with some of its bytes replaced.
 *
 * @param splices in the order of the image, without overlaps
 * @returns number of bytes written
 */
export async function copySpliced(source: ImageSource, splices: Iterable<Splice>, sink: ImageSink): Promise<number> {
  const out = new GatheringSink(sink);
  let at = 0;
  let breath = 0;
  for (const splice of splices) {
    if (splice.end - breath > YIELD_BYTES) {
      await pause();
      breath = splice.end;
    }
    if (splice.start < at || splice.end < splice.start || splice.end > source.size)
      throw new RangeError(`bytes ${splice.start} to ${splice.end} of ${source.size} come after byte ${at}`);
    copy(source, at, splice.start, out);
    if ("bytes" in splice) out.write(splice.bytes);
    else copy(source, splice.start, splice.end, out, splice.change);
    at = splice.end;
  }
  copy(source, at, source.size, out);
  out.flush();
  return out.written;
}

function copy(
  source: ImageSource,
  start: number,
  end: number,
  out: ImageSink,
  change?: (piece: Uint8Array) => void,
): void {
  for (let at = start; at < end; at += CHUNK_BYTES) {
    const piece = windowBytes(source, at, Math.min(CHUNK_BYTES, end - at));
    // The view of a window may be the image itself.
    const own = change ? piece.slice() : piece;
    change?.(own);
    out.write(own);
  }
}
