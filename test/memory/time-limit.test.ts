/** A limit holds for each step, although one timer runs for several. */
import { expect, it } from "vitest";
import { TimeLimit } from "../../tools/memory/time-limit.js";

const limit = new TimeLimit(100);

function forever(): never {
  for (;;);
}

it("runs all steps", () => {
  let left = 3;
  const run = () => {
    while (left > 0) left--;
  };
  expect(limit.run(run, () => left)).toBe(true);
  expect(left).toBe(0);
});

it("starts a step again that was interrupted because of the steps before it", () => {
  const begun: number[] = [];
  let left = 3;
  const run = () => {
    for (; left > 0; left--) {
      begun.push(left);
      if (left === 2 && begun.length === 2) forever();
    }
  };
  expect(limit.run(run, () => left)).toBe(true);
  expect(begun).toEqual([3, 2, 2, 1]);
});

it("gives up at a step that takes too long by itself", () => {
  let left = 2;
  const run = () => {
    left = 1;
    forever();
  };
  expect(limit.run(run, () => left)).toBe(false);
  expect(left).toBe(1);
});

it("does not hide the error of a step", () => {
  const run = () => {
    throw new RangeError("no such byte");
  };
  expect(() => limit.run(run, () => 1)).toThrow(new RangeError("no such byte"));
});
