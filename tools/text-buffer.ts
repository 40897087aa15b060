/** A growing buffer of UTF-8 text. */

/** Initial capacity in bytes. */
const SIZE = 512 * 1024;
/** Up to this length in bytes, a loop copies faster than `set`. */
const SHORT = 64;
const BILLION = 1e9;
const DIGIT_0 = 0x30;
const WORD = 2 ** 32;
/** Codes of the hexadecimal digits, by value. */
export const HEX_DIGITS = Buffer.from("0123456789abcdef");

export class TextBuffer {
  bytes = Buffer.allocUnsafe(SIZE);
  /** Bytes of text in the buffer. */
  used = 0;

  /** Makes room for so many bytes more. {@link decimal}, {@link hex} and {@link copy} need it; {@link text} makes room itself. */
  reserve(length: number): void {
    if (length > this.bytes.length - this.used) this.grow(length);
  }

  private grow(length: number): void {
    const bytes = Buffer.allocUnsafe(Math.max(this.used + length, this.bytes.length * 2));
    bytes.set(this.bytes.subarray(0, this.used));
    this.bytes = bytes;
  }

  /** Empties the buffer. A buffer that has grown far becomes small again. */
  clear(): void {
    this.used = 0;
    if (this.bytes.length > 2 * SIZE) this.bytes = Buffer.allocUnsafe(SIZE);
  }

  text(text: string): void {
    this.reserve(text.length * 3);
    this.used += this.bytes.write(text, this.used);
  }

  copy(piece: Uint8Array): void {
    const { bytes, used } = this;
    const { length } = piece;
    if (length > SHORT) bytes.set(piece, used);
    else for (let i = 0; i < length; i++) bytes[used + i] = piece[i] as number;
    this.used = used + length;
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
    } else if (value < BILLION) this.digits(value, decimalDigits(value));
    else {
      const high = Math.floor(value / BILLION);
      this.digits(high, decimalDigits(high));
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
   * Writes hexadecimal digits after `0x`.
   *
   * @param value a safe integer, not negative
   */
  hex(value: number): void {
    this.byte(DIGIT_0);
    this.byte(0x78);
    const high = Math.floor(value / WORD);
    const low = value >>> 0;
    const lowCount = high > 0 ? 8 : hexDigits(low);
    if (high > 0) this.hexWord(high, hexDigits(high));
    this.hexWord(low, lowCount);
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

/** @param value less than 2^31 */
function decimalDigits(value: number): number {
  let count = 1;
  for (let least = 10; value >= least; least *= 10) count++;
  return count;
}

/** @param value less than 2^32 */
function hexDigits(value: number): number {
  return value === 0 ? 1 : (35 - Math.clz32(value)) >>> 2;
}
