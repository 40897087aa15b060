/** Converts texts of an image back to bytes: paths and names need not be UTF-8. */
import { stringToUint8Array } from "uint8array-extras";
import { encodeEscaped } from "../../runtime/index.js";

/** The bytes that a text of the image was decoded from. A text from elsewhere may contain characters that no bytes decode to. */
export function textBytes(text: string): Uint8Array {
  const bytes = encodeEscaped(text);
  return typeof bytes === "string" ? stringToUint8Array(text) : bytes;
}
