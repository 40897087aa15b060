/** Texts as C programs keep them: an array of which the part up to the first NUL counts. */
import { decodeEscaped } from "../../../runtime/index.js";

/** The text up to the first NUL, or all of it; bytes that are not UTF-8 are lone surrogates. */
export function decodeText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decodeEscaped(end < 0 ? bytes : bytes.subarray(0, end));
}
