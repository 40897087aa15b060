/** A growing buffer of UTF-8 text. */
import { utf8, utf8Text, writeUtf8 } from "./utf8.js";

/** Initial capacity in bytes. */
const FIRST_CAPACITY = 512 * 1024;
/** Up to this length in bytes, a loop copies faster than `set`. */
const MAX_LOOPED_BYTES = 64;
const BILLION = 1e9;
const SPACE = 0x20;
const DIGIT_0 = 0x30;
const WORD = 2 ** 32;
/** Codes of the hexadecimal digits, by value. */
export const HEX_DIGITS = utf8("0123456789abcdef");

export class TextBuffer {
  bytes: Uint8Array;
  /** Bytes of text in the buffer. */
  used = 0;

  /** @param size initial capacity in bytes */
  constructor(size = FIRST_CAPACITY) {
    this.bytes = new Uint8Array(size);
  }

  /** Makes room for `length` more bytes. The methods that append need it, except for {@link text}. */
  reserve(length: number): void {
    if (length > this.bytes.length - this.used) this.grow(length);
  }

  private grow(length: number): void {
    const bytes = new Uint8Array(Math.max(this.used + length, this.bytes.length * 2));
    bytes.set(this.bytes.subarray(0, this.used));
    this.bytes = bytes;
  }

  /** Empties the buffer. A buffer that has grown far becomes small again. */
  clear(): void {
    this.used = 0;
    if (this.bytes.length > 2 * FIRST_CAPACITY) this.bytes = new Uint8Array(FIRST_CAPACITY);
  }

  /** The text from `start` on, an offset in bytes. */
  toString(start = 0): string {
    return utf8Text(this.bytes.subarray(start, this.used));
  }

  /** Removes spaces from the end, but none before `start`. */
  trimEnd(start: number): void {
    while (this.used > start && this.bytes[this.used - 1] === SPACE) this.used--;
  }

  text(text: string): void {
    this.reserve(text.length * 3);
    this.used += writeUtf8(text, this.bytes, this.used);
  }

  /** Appends the first `length` bytes of a piece, by default all of them. */
  copy(piece: Uint8Array, length = piece.length): void {
    const { bytes, used } = this;
    if (length > MAX_LOOPED_BYTES) bytes.set(length === piece.length ? piece : piece.subarray(0, length), used);
    else for (let i = 0; i < length; i++) bytes[used + i] = piece[i] as number;
    this.used = used + length;
  }

  /** Appends `length` bytes of another buffer, from `start` on. */
  copyFrom({ bytes: from }: TextBuffer, start: number, length: number): void {
    const { bytes, used } = this;
    if (length > MAX_LOOPED_BYTES) bytes.set(from.subarray(start, start + length), used);
    else for (let i = 0; i < length; i++) bytes[used + i] = from[start + i] as number;
    this.used = used + length;
  }

  /**
   * Appends spaces and then an integer in decimal, together `width` bytes or more.
   *
   * @param value a safe integer, not negative
   */
  decimalRight(value: number, width: number): void {
    const high = Math.floor(value / BILLION);
    const count = high > 0 ? 9 + decimalLength(high) : decimalLength(value);
    this.spaces(width - count);
    this.decimal(value);
  }

  spaces(count: number): void {
    for (let i = 0; i < count; i++) this.byte(SPACE);
  }

  byte(byte: number): void {
    this.bytes[this.used++] = byte;
  }

  /**
   * Appends an integer in decimal.
   *
   * @param value a safe integer
   */
  decimal(value: number): void {
    if (value < 0) {
      this.byte(0x2d);
      this.decimal(-value);
    } else if (value < BILLION) this.digits(value, decimalLength(value));
    else {
      const high = Math.floor(value / BILLION);
      this.digits(high, decimalLength(high));
      this.digits(value - high * BILLION, 9);
    }
  }

  /**
   * Appends `count` decimal digits of a value, with leading zeros.
   *
   * @param value less than 2^31
   */
  private digits(value: number, count: number): void {
    const { bytes, used } = this;
    let left = value | 0;
    for (let at = used + count - 1; at >= used; at--) {
      const next = (left / 10) | 0;
      bytes[at] = DIGIT_0 + left - next * 10;
      left = next;
    }
    this.used = used + count;
  }

  /**
   * Appends `0x` and hexadecimal digits.
   *
   * @param value a safe integer, not negative
   */
  hex(value: number): void {
    this.byte(DIGIT_0);
    this.byte(0x78);
    this.hexDigits(value, 1);
  }

  /**
   * Appends hexadecimal digits, with zeros before them up to a number of digits.
   *
   * @param value a safe integer, not negative
   */
  hexDigits(value: number, digits: number): void {
    const high = Math.floor(value / WORD);
    const count = Math.max(digits, high > 0 ? 8 + hexLength(high) : hexLength(value));
    if (count > 8) this.hexWord(high, count - 8);
    this.hexWord(value >>> 0, Math.min(count, 8));
  }

  private hexWord(value: number, count: number): void {
    const { bytes, used } = this;
    let left = value;
    for (let at = used + count - 1; at >= used; at--) {
      bytes[at] = HEX_DIGITS[left & 15] as number;
      left >>>= 4;
    }
    this.used = used + count;
  }
}

/** Number of decimal digits. @param value less than 2^31 */
function decimalLength(value: number): number {
  let count = 1;
  for (let least = 10; value >= least; least *= 10) count++;
  return count;
}

/** Number of hexadecimal digits. @param value less than 2^32 */
function hexLength(value: number): number {
  return value === 0 ? 1 : (35 - Math.clz32(value)) >>> 2;
}
