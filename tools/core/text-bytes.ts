/** Texts of an image as bytes again: paths and names need not be UTF-8. */
import { encodeEscaped } from "../../runtime/index.js";

/** The bytes that a text of the image was read from. A text from elsewhere may have what stands for no byte. */
export function textBytes(text: string): Buffer {
  const bytes = encodeEscaped(text);
  return typeof bytes === "string" ? Buffer.from(text) : Buffer.from(bytes);
}
