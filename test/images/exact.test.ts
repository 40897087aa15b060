import fc from "fast-check";
import { expect, it } from "vitest";
import { bytesBetween, ExactColumn, ExactSum, exact } from "../../tools/exact.js";

const word = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const near = fc.bigInt({ min: 2n ** 53n - 2n, max: 2n ** 53n + 2n });
const integers = fc.array(fc.oneof(word, near, fc.bigInt({ min: 0n, max: 2n ** 32n })));

it("integers are numbers exactly where these are exact", () => {
  fc.assert(
    fc.property(integers, (values) => {
      const column = new ExactColumn(BigUint64Array.from(values));
      values.forEach((value, i) => {
        expect(column.at(i)).toBe(value < 2n ** 53n ? Number(value) : value);
        expect(column.at(i)).toBe(exact(value));
      });
    }),
  );
});

it("sums and ranges are those of bigints", () => {
  fc.assert(
    fc.property(integers, word, near, (values, start, end) => {
      const sum = new ExactSum();
      for (const value of values) sum.add(exact(value));
      expect(sum.total).toBe(values.reduce((total, value) => total + value, 0n));
      const size = end > start ? end - start : 0n;
      expect(bytesBetween(exact(start), exact(end))).toBe(exact(size));
    }),
  );
});
