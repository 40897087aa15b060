/** Arrays of characters and bytes in the line form. */

import { HEX_DIGITS, type TextBuffer } from "../../text-buffer.js";
import { hexDigit } from "./integer-line.js";
import { type LineForm, OTHER } from "./line-form.js";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Whether a character is in JSON as it is, and in ASCII. */
export function isPlain(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f && byte !== QUOTE && byte !== BACKSLASH;
}

/**
 * Offset of the quote that ends a string of plain characters; {@link OTHER} if others are in it.
 *
 * @param from offset of the first character
 */
export function plainEnd(text: Uint8Array, from: number): number {
  let end = from;
  while (isPlain(text[end] as number)) end++;
  return text[end] === QUOTE ? end : OTHER;
}

/** A `char` array with plain characters, without the NULs at its end. */
export class TextLine implements LineForm {
  readonly longest: number;

  constructor(private readonly size: number) {
    this.longest = size + 2;
  }

  write(out: TextBuffer, view: DataView, at: number): boolean {
    let length = this.size;
    while (length > 0 && view.getUint8(at + length - 1) === 0) length--;
    return writePlain(out, view, at, length);
  }

  read(text: Uint8Array, from: number, view: DataView, at: number): number {
    if (text[from] !== QUOTE) return OTHER;
    const end = plainEnd(text, from + 1);
    const length = end - from - 1;
    if (end === OTHER || length > this.size) return OTHER;
    for (let i = 0; i < length; i++) view.setUint8(at + i, text[from + 1 + i] as number);
    return end + 1;
  }

  cover(mask: Uint8Array, at: number): void {
    mask.fill(1, at, at + this.size);
  }
}

/** Appends characters as a JSON string. Returns whether all of them are plain. */
export function writePlain(out: TextBuffer, view: DataView, at: number, length: number): boolean {
  out.byte(QUOTE);
  for (let i = 0; i < length; i++) {
    const byte = view.getUint8(at + i);
    if (!isPlain(byte)) return false;
    out.byte(byte);
  }
  out.byte(QUOTE);
  return true;
}

/** Bytes as hexadecimal digits. */
export class HexLine implements LineForm {
  readonly longest: number;

  constructor(private readonly size: number) {
    this.longest = 2 * size + 2;
  }

  write(out: TextBuffer, view: DataView, at: number): boolean {
    out.byte(QUOTE);
    for (let i = 0; i < this.size; i++) {
      const byte = view.getUint8(at + i);
      out.byte(HEX_DIGITS[byte >>> 4] as number);
      out.byte(HEX_DIGITS[byte & 15] as number);
    }
    out.byte(QUOTE);
    return true;
  }

  read(text: Uint8Array, from: number, view: DataView, at: number): number {
    const end = from + 2 * this.size + 1;
    if (text[from] !== QUOTE || text[end] !== QUOTE) return OTHER;
    for (let i = 0; i < this.size; i++) {
      const high = hexDigit(text[from + 1 + 2 * i] as number);
      const low = hexDigit(text[from + 2 + 2 * i] as number);
      if (high < 0 || low < 0) return OTHER;
      view.setUint8(at + i, high * 16 + low);
    }
    return end + 1;
  }

  cover(mask: Uint8Array, at: number): void {
    mask.fill(1, at, at + this.size);
  }
}
