/** Integers in the line form. */

import type { Scalar } from "../../../runtime/scalars.js";
import { MAX_TEXT_BYTES, NumberWriter } from "../../number-writer.js";
import type { TextBuffer } from "../../text-buffer.js";
import { utf8Text } from "../../utf8.js";
import { Misfit } from "../form.js";
import type { Integer, IntegerForm } from "../integer.js";
import { value as jsonText } from "../line.js";
import { ByteMap } from "./byte-map.js";
import { type LineForm, OTHER } from "./line-form.js";

const QUOTE = 0x22;
const MINUS = 0x2d;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const LETTER_X = 0x78;
const BACKSLASH = 0x5c;
const WORD = 2 ** 32;

/** Maximum number of remembered texts: most records of an image have the same few. */
const MAX_REMEMBERED = 4096;

export class IntegerLine implements LineForm {
  readonly longest: number;
  private readonly isWide: boolean;
  private readonly writer: NumberWriter;
  /** Values of names, and of rare notations, by text. */
  private readonly values = new ByteMap<Integer>();

  constructor(
    private readonly form: IntegerForm,
    private readonly width: Scalar,
    private readonly littleEndian: boolean,
  ) {
    this.isWide = width.size === 8;
    const show = (value: Integer) => jsonText(form.show(this.isWide ? BigInt(value) : value));
    this.writer = new NumberWriter({ usual: form.usual, quoted: true, show }, width, littleEndian);
    this.longest = this.writer.longest;
  }

  write(out: TextBuffer, view: DataView, at: number): boolean {
    return this.writer.write(out, view, at);
  }

  read(text: Uint8Array, from: number, view: DataView, at: number): number {
    const first = text[from] as number;
    if (first === MINUS) {
      const end = digitsEnd(text, from + 1);
      return end === OTHER ? OTHER : this.store(-decimalAt(text, from + 1, end), view, at, end);
    }
    if (first !== QUOTE) {
      const end = digitsEnd(text, from);
      return end === OTHER ? OTHER : this.store(decimalAt(text, from, end), view, at, end);
    }
    if (text[from + 1] === DIGIT_0 && text[from + 2] === LETTER_X) return this.readHex(text, from + 3, view, at);
    return this.readQuoted(text, from + 1, view, at);
  }

  private readHex(text: Uint8Array, from: number, view: DataView, at: number): number {
    let value = 0;
    // 13 digits are 52 bits.
    for (let end = from; end <= from + 13; end++) {
      const digit = hexDigit(text[end] as number);
      if (digit < 0) return text[end] === QUOTE && end > from ? this.store(value, view, at, end + 1) : OTHER;
      value = value * 16 + digit;
    }
    return this.readQuoted(text, from - 2, view, at);
  }

  /** Reads a name, names of flags, or a rare notation. */
  private readQuoted(text: Uint8Array, from: number, view: DataView, at: number): number {
    let end = from;
    for (; text[end] !== QUOTE; end++)
      if (text[end] === undefined || text[end] === BACKSLASH || end - from > MAX_TEXT_BYTES) return OTHER;
    let value = this.values.get(text, from, end);
    if (value === undefined) {
      value = this.valueOf(text.slice(from, end));
      if (value === undefined) return OTHER;
    }
    return this.store(value, view, at, end + 1);
  }

  private valueOf(text: Uint8Array): Integer | undefined {
    try {
      const read = this.form.read(utf8Text(text));
      const value = Number.isSafeInteger(Number(read)) ? Number(read) : read;
      if (this.values.size >= MAX_REMEMBERED) this.values.clear();
      this.values.set(text, value);
      return value;
    } catch (error) {
      if (error instanceof Misfit) return undefined;
      throw error;
    }
  }

  /**
   * Writes the value at `at`; `end` is the offset after its text.
   *
   * @returns `end`, or {@link OTHER} if the value does not fit
   */
  private store(value: Integer, view: DataView, at: number, end: number): number {
    const { width, littleEndian } = this;
    if (!this.isWide) {
      if (!width.fits(value)) return OTHER;
      width.write(view, at, value, littleEndian);
    } else if (typeof value === "number" && value >= 0 && value <= Number.MAX_SAFE_INTEGER) {
      view.setUint32(littleEndian ? at : at + 4, value >>> 0, littleEndian);
      view.setUint32(littleEndian ? at + 4 : at, Math.floor(value / WORD), littleEndian);
    } else {
      if (typeof value === "number" && !Number.isSafeInteger(value)) return OTHER;
      const exact = BigInt(value);
      if (!width.fits(exact)) return OTHER;
      width.write(view, at, exact, littleEndian);
    }
    return end;
  }

  cover(mask: Uint8Array, at: number): void {
    mask.fill(1, at, at + this.width.size);
  }
}

/** Offset after the digits at `from`; {@link OTHER} if there are none, too many for an exact number, or a zero before others. */
function digitsEnd(text: Uint8Array, from: number): number {
  let end = from;
  for (let byte = text[end] as number; byte >= DIGIT_0 && byte <= DIGIT_9; byte = text[end] as number) end++;
  if (end === from || end > from + 16 || (text[from] === DIGIT_0 && end > from + 1)) return OTHER;
  return end;
}

function decimalAt(text: Uint8Array, from: number, end: number): number {
  let value = 0;
  for (let at = from; at < end; at++) value = value * 10 + (text[at] as number) - DIGIT_0;
  return value;
}

/** Value of a hexadecimal digit; negative for other bytes. */
export function hexDigit(byte: number): number {
  if (byte >= DIGIT_0 && byte <= DIGIT_9) return byte - DIGIT_0;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
