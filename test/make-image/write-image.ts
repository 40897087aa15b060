/** Writes an image to a file. In a separate file because it requires Node. */
import { FileSink } from "../../tools/files/file-sink.js";
import { makeImage } from "./make.js";
import type { MakeOptions } from "./options.js";

/**
 * Writes an image.
 *
 * @returns its size in bytes
 */
export function writeImage(options: MakeOptions, path: string): number {
  const sink = new FileSink(path);
  try {
    return makeImage(options, sink);
  } finally {
    sink.close();
  }
}
