/** Pairing things of two sides, the changes of each, and merging of equal changes. */
import { expect, test } from "vitest";
import { changesOf, differing, pairUp, shared } from "../../runtime/comparison.js";

interface Thing {
  readonly name: string;
  readonly value?: string;
}

const byName = ({ name }: Thing) => name;
const byValue = ({ value }: Thing) => value;
const A: Thing = { name: "a", value: "1" };
const B: Thing = { name: "b", value: "2" };
const C: Thing = { name: "c" };

test("a thing with the same name is the same, whatever other marks say", () => {
  const now: Thing[] = [
    { name: "b", value: "1" },
    { name: "a", value: "2" },
  ];
  expect(pairUp([A, B], now, byName, byValue)).toEqual({
    both: [
      [A, now[1]],
      [B, now[0]],
    ],
    removed: [],
    added: [],
  });
});

test("what has no partner by name is recognised by the next mark, though nothing has the mark between", () => {
  const renamed: Thing = { name: "z", value: "1" };
  expect(pairUp([A, C], [renamed], byName, () => undefined, byValue)).toEqual({
    both: [[A, renamed]],
    removed: [C],
    added: [],
  });
});

test("a mark can depend on the side", () => {
  const { both } = pairUp([A], [B], ({ name }, side) => (side === "old" ? "b" : name));
  expect(both).toEqual([[A, B]]);
});

test("removed things come first, then the others in the order of the new side", () => {
  const now: Thing[] = [B, { name: "d" }, { name: "a", value: "3" }];
  expect(changesOf([A, B, C], now, byName)).toEqual([
    { old: C },
    { old: B, now: now[0] },
    { now: now[1] },
    { old: A, now: now[2] },
  ]);
});

test("properties that differ come in the order asked for", () => {
  const [before, after] = [
    { size: 8, name: "a", type: "u64" },
    { size: 4, name: "a", type: "u32" },
  ];
  expect(differing(before, after, ["type", "name", "size"])).toEqual(["type", "size"]);
  expect(differing(before, after)).toEqual(["size", "type"]);
});

test("a finding in several places is reported once, in the order of the first", () => {
  const found = [[A, "x86"], [B, "s390"], [{ ...A }, "arm", "powerpc"], [C]] as const;
  expect(shared<Thing, string>(found, byName)).toEqual([
    { findings: [A, A], places: ["x86", "arm", "powerpc"] },
    { findings: [B], places: ["s390"] },
    { findings: [C], places: [] },
  ]);
});
