/** The bytes of an image that is in memory or in a file of a browser. */
import { typeName } from "../../runtime/shown.js";
import { InputError } from "../errors/input-error.js";
import { UsageError } from "../errors/usage-error.js";
import { type ImageSource, MemorySource } from "../image/bytes/source.js";
import { BlobSource, canReadParts } from "./blob-source.js";
import type { BlobLike, ImageBytes } from "./contract.js";

/** The error for a value that is nothing to open an image from. */
function noImage(from: unknown): UsageError {
  return new UsageError(
    "wrong-usage",
    `an image is opened from a path, an address, a file, or its bytes, not from ${typeName(from)}`,
  );
}

/**
 * The source for bytes or a file of a browser.
 *
 * @throws {UsageError} (`wrong-usage`) when it is neither
 * @throws {InputError} (`unreadable-file`) when the file was changed or removed
 */
export async function sourceOf(from: ImageBytes): Promise<ImageSource> {
  if (from instanceof Uint8Array) return memorySource(from);
  if (from instanceof ArrayBuffer) return memorySource(new Uint8Array(from));
  if (typeof from !== "object" || typeof from?.slice !== "function" || typeof from.arrayBuffer !== "function")
    throw noImage(from);
  if (canReadParts()) return new BlobSource(from);
  return new MemorySource(await allBytes(from));
}

/** The source for bytes, which are copied if they can become fewer while the image is open. */
function memorySource(bytes: Uint8Array): MemorySource {
  const { resizable, growable } = bytes.buffer as { readonly resizable?: boolean; readonly growable?: boolean };
  return new MemorySource(resizable || growable ? bytes.slice() : bytes);
}

async function allBytes(blob: BlobLike): Promise<Uint8Array> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (error) {
    // The file behind it was changed or removed.
    throw new InputError(
      "unreadable-file",
      `the file cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  }
}
