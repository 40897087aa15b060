import { expect, it } from "vitest";
import { NumberIndex } from "../../tools/image/number-index.js";
import { ObjectBook } from "../../tools/verify/object-book.js";

it("gives numbers places in the order in which they come, and each once", () => {
  const index = new NumberIndex();
  const numbers = Array.from({ length: 5000 }, (_, i) => Math.imul(i, 0x01234567) | 0);
  expect(numbers.map((number) => index.add(number))).toEqual(numbers.map(() => true));
  expect(numbers.map((number) => index.add(number)).includes(true)).toBe(false);
  expect(numbers.every((number, place) => index.find(number) === place && index.at(place) === number)).toBe(true);
  expect([12345, -1, 0x7fffffff].map((number) => index.find(number))).toEqual([-1, -1, -1]);
});

it("takes unsigned words as well", () => {
  const index = new NumberIndex();
  expect([index.add(0xffffffff), index.add(0x80000000), index.add(0xffffffff)]).toEqual([true, true, false]);
  expect(index.has(0x80000000)).toBe(true);
});

it("takes numbers that a multiplicative hash would all put next to each other", () => {
  // The inverse of the usual multiplier 0x9e3779b1: with that hash, numbers up to this count would take minutes.
  const inverse = 0x0e8b2f51;
  expect(Math.imul(inverse, 0x9e3779b1)).toBe(1);
  const index = new NumberIndex();
  for (let hash = 1; hash <= 2 ** 18; hash++) index.add(Math.imul(hash, inverse) | 0);
  expect(index.size).toBe(2 ** 18);
});

it("keeps the first meaning of a number, and tells what nobody used", () => {
  const book = new ObjectBook();
  for (let number = 1; number <= 1000; number++) book.bind(number, number % 2 ? "FILE" : "MM", number * 16);
  book.bind(7, "MM", 0);
  for (let number = 1; number <= 1000; number++) if (number !== 7 && number !== 8) book.use(number);
  book.use(5000);
  expect([book.typeOf(7), book.typeOf(8), book.typeOf(1001)]).toEqual(["FILE", "MM", undefined]);
  expect([...book.unused()]).toEqual([
    { number: 7, type: "FILE", offset: 112 },
    { number: 8, type: "MM", offset: 128 },
  ]);
});
