/**
 * A value in the exact form in which the writer of the text gives it: from bytes to text and back, without values in between. Everything that has
 * another form is left to the {@link Form} of the value.
 */
import type { TextBuffer } from "../../text-buffer.js";

/** Result of reading a text that has another form. */
export const OTHER = -1;

export interface LineForm {
  /** Maximum length of the text in bytes. */
  readonly longest: number;
  /**
   * Appends the text of the value at `at`. The caller has made room for {@link longest} bytes.
   *
   * @returns whether the value has this form; if not, what was appended is to be removed
   */
  write(out: TextBuffer, view: DataView, at: number): boolean;
  /**
   * Reads the text at `from` and writes the value to `at`, where all bytes are zero.
   *
   * @returns the offset after the text; {@link OTHER} if the text has another form, or is not valid
   */
  read(text: Uint8Array, from: number, view: DataView, at: number): number;
  /** Marks the bytes that the value determines, from `at` on: other bytes are not in the text. */
  cover(mask: Uint8Array, at: number): void;
}

/** The offset after `piece` if it is at `from`, otherwise {@link OTHER}. */
export function after(piece: Uint8Array, text: Uint8Array, from: number): number {
  for (let i = 0; i < piece.length; i++) if (text[from + i] !== piece[i]) return OTHER;
  return from + piece.length;
}

/** Whether all bytes from `at` up to but not including `end` are zero. */
export function isZero(view: DataView, at: number, end: number): boolean {
  for (let i = at; i < end; i++) if (view.getUint8(i) !== 0) return false;
  return true;
}
