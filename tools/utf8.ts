/** Text to UTF-8 and back. */

const encoder = new TextEncoder();
/** Keeps a byte order mark at the beginning: it is part of the text. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The bytes of a text. Lone surrogates become U+FFFD. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/**
 * Writes a text into `bytes` from `offset` on, where there is room for three bytes per UTF-16 unit.
 *
 * @returns number of bytes written
 */
export function writeUtf8(text: string, bytes: Uint8Array, offset: number): number {
  return encoder.encodeInto(text, bytes.subarray(offset)).written;
}

/** The text that bytes encode. Bytes that are no UTF-8 become U+FFFD. */
export function utf8Text(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
