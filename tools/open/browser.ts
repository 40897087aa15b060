/** Opens images that are in memory or in files of a browser. */
import type { AbiName } from "../../generated/codecs/index.js";
import { openImage } from "../image/image.js";
import { Checkpoint } from "./checkpoint.js";
import type { AbisNamed, CheckpointOptions, ImageBytes } from "./contract.js";
import { refuseNoImage } from "./no-image.js";
import { OPEN_OPTIONS, refuseOptions } from "./options.js";
import { sourceOf } from "./source-of.js";

export type { NewValue } from "../edit/literal.js";
export * from "../image/index.js";
export { type Changed, Checkpoint } from "./checkpoint.js";
export type { AbisNamed, BlobLike, CheckpointOptions, FileUrl, ImageBytes, ImageFile } from "./contract.js";
export { CheckpointMemory } from "./memory.js";
export type { DecodedRecordOf } from "./records.js";
export { CheckpointTask } from "./task.js";

/**
 * Opens an image. In a worker a file is read a part at a time; elsewhere a browser can read it only as a whole.
 *
 * @throws {UsageError} (`wrong-usage`) when an argument is not of its type
 * @throws {InputError} (`unreadable-file`, `no-image`) when it cannot be read, or is not an image; the message says what it is
 * @throws {UnknownNameError} when the options name an ABI that does not exist
 */
export async function open<N extends AbiName | (string & {}) = AbiName>(
  from: ImageBytes,
  options: CheckpointOptions<N> = {},
): Promise<Checkpoint<AbisNamed<N>>> {
  refuseOptions(options, OPEN_OPTIONS);
  const image = openImage(await sourceOf(from), options);
  await refuseNoImage(image, options.abi);
  return new Checkpoint(image);
}
