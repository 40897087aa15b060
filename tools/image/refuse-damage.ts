/** Guard of tools that need a complete image. */
import { InputError } from "../errors/input-error.js";
import type { Image } from "./image.js";

/**
 * Refuses an image that is damaged, for tools that need all of it.
 *
 * @throws {InputError} (`damaged-image`) when the image could not be read to its end
 */
export function refuseDamage({ end, problems }: Image): void {
  if (end === "damaged")
    throw new InputError(
      "damaged-image",
      `the image is damaged; nothing after the damage can be interpreted: ${problems.at(-1)?.message}`,
    );
}
