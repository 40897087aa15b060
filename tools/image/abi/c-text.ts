/** NUL-terminated texts in fixed arrays, as C programs keep them. */
import { decodeEscaped } from "../../../runtime/index.js";

/** The text up to the first NUL, or all of it if there is none; bytes that are not UTF-8 become lone surrogates. */
export function decodeText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return decodeEscaped(end < 0 ? bytes : bytes.subarray(0, end));
}

/** The bytes without the NULs at their end. */
export function withoutPadding(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return bytes.subarray(0, end);
}
