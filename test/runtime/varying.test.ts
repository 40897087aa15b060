/** Values that differ between versions and architectures. */
import { expect, test } from "vitest";
import { type History, isHistory, type Varying, valueAt } from "../../runtime/index.js";

const ORDER = new Map(["v16", "v17", "v18", "v19"].map((version, index) => [version, index]));
const HISTORY: History<string> = [
  ["v17", "a"],
  ["v19", "b"],
];
const GONE: History<string> = [
  ["v16", "a"],
  ["v18", null],
  ["v19", "b"],
];

test.each<[string, Varying<string>, version: string, arch: string, family: string, string | undefined]>([
  ["before the first entry", HISTORY, "v16", "x86_32", "x86", undefined],
  ["at an entry", HISTORY, "v17", "x86_32", "x86", "a"],
  ["between two", HISTORY, "v18", "x86_32", "x86", "a"],
  ["at the last", HISTORY, "v19", "x86_32", "x86", "b"],
  ["while it is there", GONE, "v17", "x86_32", "x86", "a"],
  ["while it is not", GONE, "v18", "x86_32", "x86", undefined],
  ["when it has come back", GONE, "v19", "x86_32", "x86", "b"],
  ["an empty history", [], "v19", "x86_32", "x86", undefined],
  ["by architecture", { x86_64: [["v16", "own"]], x86: HISTORY }, "v19", "x86_64", "x86", "own"],
  ["by family", { x86_64: [["v16", "own"]], x86: HISTORY }, "v19", "x86_32", "x86", "b"],
  ["for the others", { x86: HISTORY, else: [["v18", "rest"]] }, "v18", "arm", "arm", "rest"],
  ["for the others, not yet", { x86: HISTORY, else: [["v18", "rest"]] }, "v17", "arm", "arm", undefined],
  ["for no others", { x86: HISTORY }, "v19", "arm", "arm", undefined],
  ["an architecture that has none", { arm: [], else: [["v16", "rest"]] }, "v19", "arm", "arm", undefined],
])("%s", (_, varying, version, arch, family, value) => {
  expect(valueAt(varying, ORDER, version, arch, family)).toBe(value);
});

test("a history is told from a table by architecture", () => {
  expect([isHistory(HISTORY), isHistory([]), isHistory({ else: HISTORY })]).toEqual([true, true, false]);
});
