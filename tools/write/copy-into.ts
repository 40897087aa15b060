/** Copies images into sinks. */
import { type ImageSource, windowBytes } from "../image/bytes/source.js";
import { pause } from "./pause.js";
import type { ImageSink } from "./sink.js";

/** Number of bytes between two yields to the event loop, for signals. */
const YIELD_BYTES = 1024 * 1024;

/** Appends a whole image, a piece at a time. */
export async function copyInto(sink: ImageSink, source: ImageSource): Promise<void> {
  for (let at = 0; at < source.size; at += YIELD_BYTES) {
    sink.write(windowBytes(source, at, Math.min(YIELD_BYTES, source.size - at)));
    await pause();
  }
}
