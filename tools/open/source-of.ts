/** The bytes of an image that is in memory or in a file of a browser. */
import { UsageError } from "../errors/usage-error.js";
import { type ImageSource, MemorySource } from "../image/bytes/source.js";
import { BlobSource, canReadParts } from "./blob-source.js";
import type { ImageBytes } from "./contract.js";

/** The error for a value that is nothing to open an image from. */
export function noImage(from: unknown): UsageError {
  const found = from === null ? "null" : typeof from;
  return new UsageError(
    "wrong-usage",
    `an image is opened from a path, an address, a file, or its bytes, not from ${found}`,
  );
}

/**
 * The source for bytes or a file of a browser.
 *
 * @throws {UsageError} (`wrong-usage`) when it is neither
 */
export async function sourceOf(from: ImageBytes): Promise<ImageSource> {
  if (from instanceof Uint8Array) return new MemorySource(from);
  if (from instanceof ArrayBuffer) return new MemorySource(new Uint8Array(from));
  if (typeof from !== "object" || typeof from?.slice !== "function" || typeof from.arrayBuffer !== "function")
    throw noImage(from);
  if (canReadParts()) return new BlobSource(from);
  return new MemorySource(new Uint8Array(await from.arrayBuffer()));
}
