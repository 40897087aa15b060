import { expect, it } from "vitest";
import { MappedRanges } from "../../tools/verify/mapped-ranges.js";

it("finds addresses in any of many ranges, up to the last address", () => {
  const ranges = new MappedRanges();
  const count = 10_000;
  for (const space of [1, 2]) {
    ranges.begin(space);
    for (let i = 0; i < count; i++) ranges.add(BigInt(space + i * 10), BigInt(space + i * 10 + 4));
  }
  ranges.begin(3);
  ranges.add(2n ** 64n - 2n, 2n ** 64n - 1n);
  for (const space of [1, 2])
    for (let i = 0; i < count; i += 37) {
      const start = BigInt(space + i * 10);
      expect([start - 1n, start, start + 3n, start + 4n].map((address) => ranges.has(space, address))).toEqual([
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
  ranges.add(8n, 16n);
  ranges.add(16n, 24n);
  ranges.begin(2);
  expect([ranges.isEmpty(1), ranges.isEmpty(2), ranges.isEmpty(3)]).toEqual([false, true, true]);
  expect([7n, 8n, 16n, 23n, 24n].map((address) => ranges.has(1, address))).toEqual([false, true, true, true, false]);
});
