/** Checks the values of text fields before they are written. */
import type { CodecContext } from "./codec.js";
import { LossyTextError } from "./errors.js";
import { textBytes } from "./text.js";

/**
 * The bytes of a text field of `length` bytes, NUL-filled.
 *
 * @throws {MissingFieldError | OutOfRangeError} when the value is not a string
 * @throws {LossyTextError} when the text would not decode to the same text
 */
export function checkText(codec: CodecContext, field: string, value: unknown, length: number): Uint8Array {
  const allowed = `text of at most ${length} bytes`;
  if (typeof value !== "string") throw codec.refuse(field, allowed, value);
  const bytes = textBytes(value, length);
  if (typeof bytes === "string") throw new LossyTextError(codec, field, value, allowed, bytes);
  return bytes;
}
