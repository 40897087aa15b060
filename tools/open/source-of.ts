/** The bytes of an image that is in memory or in a file of a browser. */
import { type ImageSource, MemorySource } from "../image/bytes/source.js";
import { BlobSource, canReadParts } from "./blob-source.js";
import type { ImageBytes } from "./contract.js";

export async function sourceOf(from: ImageBytes): Promise<ImageSource> {
  if (from instanceof Uint8Array) return new MemorySource(from);
  if (from instanceof ArrayBuffer) return new MemorySource(new Uint8Array(from));
  if (canReadParts()) return new BlobSource(from);
  return new MemorySource(new Uint8Array(await from.arrayBuffer()));
}
