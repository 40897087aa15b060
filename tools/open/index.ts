/** Opens images: files, or what is in memory. Needs Node; `browser.ts` is what a browser gets in its place. */
import type { AbiName } from "../../generated/codecs/index.js";
import { InputError } from "../errors/input-error.js";
import { FileSource } from "../files/file-source.js";
import type { ImageSource } from "../image/bytes/source.js";
import { openImage } from "../image/image.js";
import type { Checkpoint } from "./checkpoint.js";
import type { AbisNamed, CheckpointOptions, ImageBytes, ImageFile } from "./contract.js";
import { FileCheckpoint, type OriginFile, openOrigin, pathOf } from "./file-checkpoint.js";
import { refuseNoImage } from "./no-image.js";
import { noImage, sourceOf } from "./source-of.js";

export * from "./browser.js";

/**
 * Opens an image. A browser opens bytes, a `Blob` or a `File`; Node also opens a path, a `file:` address or a file handle.
 *
 * With `abi`, the types of records are those of that ABI, and the image is read as that ABI, whatever it seems to be. Without it, the ABI is detected,
 * and the types are unions over all ABIs.
 *
 * @throws {InputError} (`unreadable-file`, `no-image`) when the file cannot be read, or is not an image; the message says what it is
 * @throws {UnknownNameError} when the options name an ABI that does not exist
 */
export async function open<N extends AbiName | (string & {}) = AbiName>(
  from: ImageBytes | ImageFile,
  options: CheckpointOptions<N> = {},
): Promise<Checkpoint<AbisNamed<N>>> {
  const { source, origin } = await bytesOf(from);
  try {
    const image = openImage(source, options);
    await refuseNoImage(image, options.abi);
    return new FileCheckpoint(image, origin);
  } catch (error) {
    origin?.source.close();
    throw error instanceof InputError && origin ? error.in(origin.path) : error;
  }
}

async function bytesOf(from: ImageBytes | ImageFile): Promise<{ source: ImageSource; origin?: OriginFile }> {
  if (typeof from !== "string" && (typeof from !== "object" || from === null)) throw noImage(from);
  if (typeof from === "object" && "fd" in from) return { source: new FileSource(from.fd) };
  if (typeof from === "string" || "href" in from) {
    const origin = openOrigin(pathOf(from));
    return { source: origin.source, origin };
  }
  return { source: await sourceOf(from) };
}
