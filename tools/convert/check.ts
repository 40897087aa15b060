/** Reads what a conversion has written once more, before anyone takes it for an image. */
import { ImageError } from "../image/errors.js";
import type { ImageFormat } from "../image/format.js";
import { walk } from "../image/grammar.js";
import type { ImageSource } from "../image/source.js";
import { ConvertError } from "./target.js";

/**
 * An image that is sound as far as the grammar can tell may hold what no kernel writes, such as an error message in the middle of a task, and
 * become one that cannot be read.
 *
 * @throws {ConvertError} when the result cannot be read to its end
 */
export function checkResult(format: ImageFormat, result: ImageSource): void {
  try {
    // What is only odd was so before.
    walk(format, result, { enter() {}, leave() {}, record() {}, problem() {} });
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    throw new ConvertError(`the result would be no image of ${format.abi.name} that can be read: ${error.message}`);
  }
}
