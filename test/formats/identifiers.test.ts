import { expect, test } from "vitest";
import { identifiers } from "../../generator/emit/formats/facts.js";

test("names that differ only in underscores are numbered, also against each other's numbers", () => {
  expect(identifiers(["a_1", "a1", "_flags", "flags", "x", "x", "x2"])).toEqual([
    "a_1",
    "a1_2",
    "flags",
    "flags_2",
    "x",
    "x_2",
    "x2_2",
  ]);
});
