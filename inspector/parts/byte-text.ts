/** Bytes as text. */
import { hexPairs } from "../../tools/image/hex.js";

/** Two hexadecimal digits for each byte, and a space after each. */
export function hexText(bytes: Uint8Array): string {
  return bytes.length === 0 ? "" : `${hexPairs(bytes)} `;
}

/** A character for each byte: itself if it is printable ASCII, else a dot. */
export function asciiText(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·";
  return text;
}
