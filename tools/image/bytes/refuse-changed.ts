/** Refuses an image that another program writes to while it is open: what is read of it is neither the old image nor a new one. */
import { InputError } from "../../errors/input-error.js";
import type { ImageSource } from "./source.js";

/**
 * Reads much of an image.
 *
 * @param file name of the image, for the error, if it has one
 * @throws {InputError} (`changed-file`) when the image is another before or after it was read
 */
export function readingUnchanged<T>(source: ImageSource, file: string | undefined, read: () => T): T {
  refuseChanged(source, file);
  const result = read();
  refuseChanged(source, file);
  return result;
}

/**
 * Refuses an image whose bytes are not those that were opened.
 *
 * @param file name of the image, for the error, if it has one
 * @throws {InputError} (`changed-file`) when they are others
 */
export function refuseChanged(source: ImageSource, file: string | undefined): void {
  if (source.isUnchanged?.() === false)
    throw new InputError("changed-file", "it was changed after it was opened, by another program; open it again", {
      file,
    });
}
