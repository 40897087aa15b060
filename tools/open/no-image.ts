/** Refuses files that are no images, and says what they are. */
import { InputError } from "../errors/input-error.js";
import type { Image } from "../image/image.js";

/**
 * Accepts an image, even a damaged one.
 *
 * @param abi the ABI that the caller asked for
 * @param reader a command that reads an image from its input, for advice to a person in a shell
 * @throws {InputError} (`no-image`) when the file is not an image; the message says what it is, and what to do with it
 */
export async function refuseNoImage(image: Image, abi: string | undefined, reader?: string): Promise<void> {
  // The table of kinds of files is loaded only if it is needed.
  if (image.problems[0]?.offset !== 0) return;
  const { whyNone } = await import("../image/file-kind.js");
  const why = whyNone(image, reader);
  if (why === undefined) return;
  throw new InputError("no-image", `it is not a checkpoint image${abi === undefined ? "" : ` of ${abi}`}: ${why}`);
}
