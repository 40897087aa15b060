/** A limit holds for all work together. */
import { expect, it } from "vitest";
import { TimeLimit } from "../../tools/memory/time-limit.js";

function forever(): never {
  for (;;);
}

/** Works for some milliseconds, however busy the machine is. */
function busy(milliseconds: number): void {
  const begin = performance.now();
  while (performance.now() - begin < milliseconds);
}

it("runs all work that takes no longer", () => {
  const limit = new TimeLimit(60_000);
  let done = 0;
  for (let i = 0; i < 3; i++)
    expect(
      limit.run(() => {
        done++;
      }),
    ).toBe(true);
  expect(done).toBe(3);
});

it("interrupts work that takes longer, and begins no other", () => {
  const limit = new TimeLimit(50);
  expect(limit.run(forever)).toBe(false);
  let isBegun = false;
  expect(
    limit.run(() => {
      isBegun = true;
    }),
  ).toBe(false);
  expect(isBegun).toBe(false);
});

it("counts all work together, although no single piece of it takes long", () => {
  const limit = new TimeLimit(100);
  let runs = 0;
  while (runs < 20 && limit.run(() => busy(20))) runs++;
  // Each takes at least a fifth of the limit.
  expect(runs).toBeLessThanOrEqual(5);
});

it("can be extended when there is more to do", () => {
  const limit = new TimeLimit(1);
  expect(limit.run(forever)).toBe(false);
  limit.extend(60_000);
  expect(limit.run(() => {})).toBe(true);
});

it("does not hide the error of work", () => {
  const run = () => {
    throw new RangeError("no such byte");
  };
  expect(() => new TimeLimit(60_000).run(run)).toThrow(new RangeError("no such byte"));
});
