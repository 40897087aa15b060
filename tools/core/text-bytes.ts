/** Converts texts of an image back to bytes: paths and names need not be UTF-8. */
import { encodeEscaped } from "../../runtime/index.js";

/** The bytes that a text of the image was decoded from. A text from elsewhere may contain characters that no bytes decode to. */
export function textBytes(text: string): Buffer {
  const bytes = encodeEscaped(text);
  return typeof bytes === "string" ? Buffer.from(text) : Buffer.from(bytes);
}
