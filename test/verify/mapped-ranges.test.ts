import { expect, it } from "vitest";
import { MappedRanges } from "../../tools/verify/mapped-ranges.js";

it("finds addresses in any of many ranges, up to the last address", () => {
  const ranges = new MappedRanges();
  const count = 10_000;
  for (const space of [1, 2]) {
    ranges.begin(space);
    for (let i = 0; i < count; i++) ranges.add(space + i * 10, space + i * 10 + 4);
  }
  ranges.begin(3);
  ranges.add(2n ** 64n - 2n, 2n ** 64n - 1n);
  for (const space of [1, 2])
    for (let i = 0; i < count; i += 37) {
      const start = space + i * 10;
      expect([start - 1, start, start + 3, start + 4].map((address) => ranges.has(space, address))).toEqual([
        false,
        true,
        true,
        false,
      ]);
    }
  expect([2n ** 64n - 3n, 2n ** 64n - 2n, 2n ** 64n - 1n].map((address) => ranges.has(3, address))).toEqual([
    false,
    true,
    false,
  ]);
});

it("merges adjacent ranges, and knows what is empty", () => {
  const ranges = new MappedRanges();
  ranges.begin(1);
  ranges.add(8, 16);
  ranges.add(16, 24);
  ranges.begin(2);
  expect([ranges.isEmpty(1), ranges.isEmpty(2), ranges.isEmpty(3)]).toEqual([false, true, true]);
  expect([7, 8, 16, 23, 24].map((address) => ranges.has(1, address))).toEqual([false, true, true, true, false]);
});

it("has ranges on both sides of the numbers that are exact, and one across", () => {
  const last = Number.MAX_SAFE_INTEGER;
  const next = BigInt(last) + 1n;
  const ranges = new MappedRanges();
  ranges.begin(1);
  ranges.add(last - 8, last - 4);
  ranges.add(last - 2, next + 2n);
  ranges.add(next + 2n, next + 4n);
  ranges.add(next + 8n, next + 9n);
  ranges.add(next + 6n, next + 7n);
  expect([last - 8, last - 4, last - 3, last - 2, last].map((address) => ranges.has(1, address))).toEqual([
    true,
    false,
    false,
    true,
    true,
  ]);
  const above = [0n, 3n, 4n, 6n, 7n, 8n, 9n].map((distance) => ranges.has(1, next + distance));
  expect(above).toEqual([true, true, false, false, false, true, false]);
});
