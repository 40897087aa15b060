/**
 * Fixed text fields (`char name[65]`) as strings, without loss: any bytes become a string that encodes to the same bytes.
 *
 * Trailing NULs are omitted. The rest is UTF-8; a byte that is not part of valid UTF-8 becomes the lone surrogate U+DC00 + byte, the convention of
 * Python's `surrogateescape`. A NUL in the middle is kept, with what follows it.
 */

/** Decodes the `length` bytes at `at` without the NULs at their end. Never fails. */
export function readText(view: DataView, at: number, length: number): string {
  let end = length;
  while (end > 0 && view.getUint8(at + end - 1) === 0) end--;
  let text = "";
  let ascii = true;
  for (let i = 0; i < end; i++) {
    const byte = view.getUint8(at + i);
    if (byte >= 0x80) {
      ascii = false;
      break;
    }
    text += String.fromCharCode(byte);
  }
  return ascii ? text : decodeEscaped(new Uint8Array(view.buffer, view.byteOffset + at, end));
}

/** Decodes UTF-8; each byte that is not valid UTF-8 becomes U+DC80 … U+DCFF. */
export function decodeEscaped(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; ) {
    const length = sequenceLength(bytes, i);
    if (length === 0) {
      text += String.fromCharCode(0xdc00 + (bytes[i] as number));
      i++;
      continue;
    }
    let point = length === 1 ? (bytes[i] as number) : (bytes[i] as number) & (0xff >> (length + 1));
    for (let k = 1; k < length; k++) point = (point << 6) | ((bytes[i + k] as number) & 0x3f);
    text += String.fromCodePoint(point);
    i += length;
  }
  return text;
}

/** Replacement character for bytes that another program could not decode and dropped. */
const REPLACED = "\uFFFD";

/** Whether a text survives a program that does not support lone surrogates. */
export function isFaithful(text: string): boolean {
  return !text.includes(REPLACED);
}

/** Length of the valid UTF-8 sequence at `at`; 0 if there is none (overlong forms, surrogates and truncated sequences are invalid). */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number;
  if (first < 0x80) return 1;
  const second = bytes[at + 1] ?? 0;
  const follows = (offset: number) => ((bytes[at + offset] ?? 0) & 0xc0) === 0x80;
  if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    if (first === 0xe0 && second < 0xa0) return 0;
    if (first === 0xed && second > 0x9f) return 0;
    return follows(1) && follows(2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    if (first === 0xf0 && second < 0x90) return 0;
    if (first === 0xf4 && second > 0x8f) return 0;
    return follows(1) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

/** The bytes of a string, the inverse of {@link decodeEscaped}. Returns the reason as a string if the text would not decode to itself. */
export function encodeEscaped(text: string): Uint8Array | string {
  const bytes: number[] = [];
  for (const char of text) {
    const point = char.codePointAt(0) as number;
    if (point >= 0xdc80 && point <= 0xdcff) bytes.push(point - 0xdc00);
    else if (point >= 0xd800 && point <= 0xdfff)
      return `the lone surrogate U+${point.toString(16).toUpperCase()} does not encode a byte`;
    else if (point < 0x80) bytes.push(point);
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 0x3f));
    else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f));
    else
      bytes.push(
        0xf0 | (point >> 18),
        0x80 | ((point >> 12) & 0x3f),
        0x80 | ((point >> 6) & 0x3f),
        0x80 | (point & 0x3f),
      );
  }
  const encoded = Uint8Array.from(bytes);
  if (decodeEscaped(encoded) !== text) return "its escaped bytes together form a UTF-8 character";
  return encoded;
}

/** The bytes of a text field of `length` bytes, NUL-filled. Returns the reason as a string if the text would not decode to itself. */
export function textBytes(text: string, length: number): Uint8Array | string {
  const encoded = encodeEscaped(text);
  if (typeof encoded === "string") return encoded;
  if (encoded.length > length) return `it takes ${encoded.length} bytes`;
  if (encoded[encoded.length - 1] === 0) return "a NUL at the end would be lost";
  const bytes = new Uint8Array(length);
  bytes.set(encoded);
  return bytes;
}
