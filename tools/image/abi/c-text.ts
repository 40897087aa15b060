/** NUL-terminated texts in fixed arrays, as C programs keep them. */
import { decodeEscaped } from "../../../runtime/index.js";

/** The text up to the first NUL, or all of it if there is none; bytes that are not UTF-8 become lone surrogates. */
export function decodeText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decodeEscaped(end < 0 ? bytes : bytes.subarray(0, end));
}
