/** Writes numbers as text straight from their bytes. */

import type { Scalar } from "../runtime/scalars.js";
import type { TextBuffer } from "./text-buffer.js";
import { utf8 } from "./utf8.js";

const QUOTE = 0x22;

/** Maximum length in bytes of a number in decimal or hexadecimal, with its sign and quotes. */
export const MAX_NUMBER_BYTES = 24;
/** Maximum length in bytes of other texts. Names of flags together are longer in no kernel. */
export const MAX_TEXT_BYTES = 1024;
/** Maximum number of remembered texts: most records of an image have the same few. */
const MAX_REMEMBERED = 4096;

export interface NumberNotation {
  /** Notation of nearly all values; in `hex` the negative ones are other values. */
  readonly usual: "decimal" | "hex" | "other";
  /** Whether hexadecimal numbers are in quotes. */
  readonly quoted?: boolean;
  /** Text of all other values. 64-bit values that are exact as a `number` may be one. */
  show(value: number | bigint): string;
}

export class NumberWriter {
  /** Texts of other values, by value. */
  private readonly texts = new Map<number | bigint, Uint8Array>();
  private lastValue: number | bigint | undefined;
  private lastText: Uint8Array | undefined;

  constructor(
    private readonly notation: NumberNotation,
    private readonly width: Scalar,
    private readonly littleEndian: boolean,
  ) {}

  /** Maximum length in bytes of what {@link write} appends. */
  get longest(): number {
    return this.notation.usual === "other" ? MAX_TEXT_BYTES : MAX_NUMBER_BYTES;
  }

  /**
   * Appends the text of the number at `at`. The caller has made room for {@link longest} bytes.
   *
   * @returns false if the text is longer; then nothing is appended
   */
  write(out: TextBuffer, view: DataView, at: number): boolean {
    const { notation, width, littleEndian } = this;
    const { usual } = notation;
    const value = width.readNumber(view, at, littleEndian);
    const isExact = Number.isSafeInteger(value);
    if (isExact && usual === "decimal") out.decimal(value);
    else if (isExact && usual === "hex" && value >= 0) {
      if (notation.quoted) out.byte(QUOTE);
      out.hex(value);
      if (notation.quoted) out.byte(QUOTE);
    } else {
      const text = this.textOf(isExact ? value : width.read(view, at, littleEndian));
      if (text.length > this.longest) return false;
      out.copy(text);
    }
    return true;
  }

  private textOf(value: number | bigint): Uint8Array {
    if (value === this.lastValue) return this.lastText as Uint8Array;
    let text = this.texts.get(value);
    if (!text) {
      text = utf8(this.notation.show(value));
      if (this.texts.size >= MAX_REMEMBERED) this.texts.clear();
      this.texts.set(value, text);
    }
    this.lastValue = value;
    this.lastText = text;
    return text;
  }
}
