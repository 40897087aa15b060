/** Numbers and texts in a buffer, as tables and listings use them. */
import { expect, it } from "vitest";
import { TextBuffer } from "../tools/text-buffer.js";

function written(write: (out: TextBuffer) => void): string {
  const out = new TextBuffer(64);
  write(out);
  return out.toString();
}

it.each([
  [0, 3, "  0"],
  [999, 3, "999"],
  [1000, 3, "1000"],
  [999_999_999, 11, "  999999999"],
  [1_000_000_000, 11, " 1000000000"],
  [Number.MAX_SAFE_INTEGER, 18, "  9007199254740991"],
])("writes %d to the right of %d columns", (value, width, text) => {
  expect(written((out) => out.decimalRight(value, width))).toBe(text);
});

it.each([
  [0, 1, "0"],
  [0, 12, "000000000000"],
  [0xffff_ffff, 8, "ffffffff"],
  [0x1_0000_0000, 1, "100000000"],
  [0x1_0000_0000, 12, "000100000000"],
  [0x3fef_ffff_d000, 12, "3fefffffd000"],
  [Number.MAX_SAFE_INTEGER, 12, "1fffffffffffff"],
])("writes %d in at least %d hexadecimal digits", (value, digits, text) => {
  expect(written((out) => out.hexDigits(value, digits))).toBe(text);
});

it("removes spaces at the end, but none before an offset", () => {
  const out = new TextBuffer(64);
  out.text("a  b   ");
  out.trimEnd(0);
  expect(out.toString()).toBe("a  b");
  out.text("  ");
  out.trimEnd(5);
  expect(out.toString()).toBe("a  b ");
});

it("copies a part of a piece, short or long, and grows as needed", () => {
  const piece = Buffer.from("x".repeat(200));
  const out = new TextBuffer(8);
  for (const length of [3, 150]) {
    out.reserve(length);
    out.copy(piece, length);
  }
  expect(out.toString()).toBe("x".repeat(153));
});
