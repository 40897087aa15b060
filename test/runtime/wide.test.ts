/** Both implementations for 64-bit integers, whichever this engine uses: they must agree in every bit. */
import { describe, expect, test } from "vitest";
import { byWords, highWord, holdS64, holdU64, lowWord, SLOTS, type WideAccess, whole } from "../../runtime/wide.js";

/** Values with their bytes, most significant first. */
const UNSIGNED: readonly (readonly [bigint, readonly number[]])[] = [
  [0n, [0, 0, 0, 0, 0, 0, 0, 0]],
  [0xffffffffn, [0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]],
  [0x100000000n, [0, 0, 0, 1, 0, 0, 0, 0]],
  [0x0102030405060708n, [1, 2, 3, 4, 5, 6, 7, 8]],
  [2n ** 63n, [0x80, 0, 0, 0, 0, 0, 0, 0]],
  [2n ** 64n - 1n, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
  // As a float this is a signaling NaN, whose bits would not survive a conversion.
  [0x7ff0000000000001n, [0x7f, 0xf0, 0, 0, 0, 0, 0, 1]],
];
const SIGNED: readonly (readonly [bigint, readonly number[]])[] = [
  [-1n, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
  [-(2n ** 63n), [0x80, 0, 0, 0, 0, 0, 0, 0]],
  [2n ** 63n - 1n, [0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
  [-0x0102030405060708n, [0xfe, 0xfd, 0xfc, 0xfb, 0xfa, 0xf9, 0xf8, 0xf8]],
];

describe.each<[string, WideAccess]>([
  ["by the DataView", whole],
  ["by words", byWords],
])("%s", (_, { readU64, readS64, writeU64, writeS64, load, takeU64, takeS64 }) => {
  describe.each([
    ["little-endian", true],
    ["big-endian", false],
  ])("%s", (_, littleEndian) => {
    const ordered = (bytes: readonly number[]) => (littleEndian ? [...bytes].reverse() : [...bytes]);

    test.each(UNSIGNED)("unsigned %s", (value, bytes) => {
      const { view, written } = surrounded();
      writeU64(view, 3, value, littleEndian);
      expect(written()).toEqual([0xaa, 0xaa, 0xaa, ...ordered(bytes), 0xaa]);
      expect(readU64(view, 3, littleEndian)).toBe(value);
    });

    test.each(SIGNED)("signed %s", (value, bytes) => {
      const { view, written } = surrounded();
      writeS64(view, 3, value, littleEndian);
      expect(written()).toEqual([0xaa, 0xaa, 0xaa, ...ordered(bytes), 0xaa]);
      expect(readS64(view, 3, littleEndian)).toBe(value);
    });

    test("several at once, in any slots", () => {
      const view = new DataView(new ArrayBuffer(3 + 8 * 11));
      const values = [...UNSIGNED, ...SIGNED].map(([value]) => value);
      values.forEach((value, i) => {
        writeU64(view, 3 + 8 * i, BigInt.asUintN(64, value), littleEndian);
      });
      const last = SLOTS - values.length;
      for (const slot of [0, 1, last]) {
        load(view, 3, slot, values.length, littleEndian);
        values.forEach((value, i) => {
          const at = 3 + 8 * i;
          expect(takeU64(view, at, slot + i, littleEndian)).toBe(BigInt.asUintN(64, value));
          expect(takeS64(view, at, slot + i, littleEndian)).toBe(BigInt.asIntN(64, value));
        });
      }
    });
  });
});

test("a slot holds what fits, as two words", () => {
  for (const [value, bytes] of UNSIGNED) {
    expect(holdU64(5, value)).toBe(true);
    expect([highWord(5), lowWord(5)]).toEqual([word(bytes, 0), word(bytes, 4)]);
  }
  for (const [value, bytes] of SIGNED) {
    expect(holdS64(6, value)).toBe(true);
    expect([highWord(6), lowWord(6)]).toEqual([word(bytes, 0), word(bytes, 4)]);
  }
  expect([-1n, 2n ** 64n, 2n ** 128n].map((value) => holdU64(0, value))).toEqual([false, false, false]);
  expect([2n ** 63n, -(2n ** 63n) - 1n, 2n ** 64n].map((value) => holdS64(0, value))).toEqual([false, false, false]);
});

function word(bytes: readonly number[], at: number): number {
  return new DataView(Uint8Array.from(bytes).buffer).getUint32(at);
}

/** A view that begins in the middle of its buffer, filled with a pattern. */
function surrounded(): { view: DataView; written(): number[] } {
  const bytes = new Uint8Array(20).fill(0xaa).subarray(5, 17);
  return { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), written: () => [...bytes] };
}
