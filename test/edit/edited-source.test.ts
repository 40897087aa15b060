import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ByteChange, EditedSource } from "../../tools/edit/edited-source.js";
import { copyBytes, MemorySource, windowBytes } from "../../tools/image/index.js";

const SIZE = 300;

/** Non-overlapping changes in ascending order, including insertions and removals. */
const changes = fc
  .array(fc.tuple(fc.nat(40), fc.nat(20), fc.uint8Array({ maxLength: 30 })), { maxLength: 8 })
  .map((steps) => {
    const made: ByteChange[] = [];
    let at = 0;
    for (const [gap, length, bytes] of steps) {
      const offset = at + gap;
      if (offset + length > SIZE) break;
      made.push({ offset, length, bytes });
      at = offset + Math.max(1, length);
    }
    return made;
  });

function spliced(original: Uint8Array, made: readonly ByteChange[]): Buffer {
  const bytes = [...original];
  for (const { offset, length, bytes: own } of [...made].reverse()) bytes.splice(offset, length, ...own);
  return Buffer.from(bytes);
}

describe("an edited image", () => {
  const original = Uint8Array.from({ length: SIZE }, (_, i) => i);

  it("is what cutting and pasting would make of it, through every window", () => {
    fc.assert(
      fc.property(changes, fc.array(fc.tuple(fc.nat(600), fc.nat(100)), { maxLength: 10 }), (made, windows) => {
        const source = new EditedSource(new MemorySource(original), made);
        const expected = spliced(original, made);
        expect(source.size).toBe(expected.length);
        expect(Buffer.from(copyBytes(source, 0, source.size))).toEqual(expected);
        for (const [offset, length] of windows) {
          if (offset + length > source.size) expect(() => source.window(offset, length)).toThrow(RangeError);
          else
            expect(Buffer.from(windowBytes(source, offset, length))).toEqual(
              expected.subarray(offset, offset + length),
            );
        }
      }),
    );
  });

  it("knows where its bytes come from", () => {
    const source = new EditedSource(new MemorySource(original), [
      { offset: 10, length: 2, bytes: Uint8Array.of(1, 2, 3, 4) },
      { offset: 20, length: 5, bytes: new Uint8Array() },
    ]);
    expect([0, 9, 10, 13, 14, 21, 22, 23].map((offset) => source.originalOffset(offset))).toEqual([
      0, 9, 10, 10, 12, 19, 25, 26,
    ]);
    expect(source.originalOffset(source.size)).toBe(SIZE);
    expect(source.keepsOffsets).toBe(false);
  });
});
