/** Bytes as text. */

const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Two hexadecimal digits for each byte, and a space after each. */
export function hexText(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += `${DIGITS[byte]} `;
  return text;
}

/** A character for each byte: itself if it is printable ASCII, else a dot. */
export function asciiText(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·";
  return text;
}
