import { describe, expect, it } from "vitest";
import type { Expression } from "../../runtime/index.js";
import { evaluate, holds, type Scope } from "../../tools/image/index.js";

const FIELDS = new Map([
  ["PGARR.nr_pages", 3],
  ["null.count", -5],
]);
const asked: number[] = [];
const scope: Scope = {
  field: (record, path) => FIELDS.get(`${record}.${path}`) ?? Number.NaN,
  constant: (name) => (name === "TWO" ? 2 : Number.NaN),
  variable: (name) => ({ page_size: 4096, word_size: 8, payload: 100 })[name] ?? Number.NaN,
  unseen: (objref) => {
    asked.push(objref);
    return objref === 7;
  },
  sum: (label, path) => (label === "pids" && path === "depth" ? 6 : Number.NaN),
};

const pages: Expression = ["field", "PGARR", "nr_pages"];

it.each<[Expression, number]>([
  [12, 12],
  [pages, 3],
  [["field", null, "count"], -5],
  [["constant", "TWO"], 2],
  [["*", pages, ["+", ["variable", "word_size"], ["variable", "page_size"]]], 12312],
  [["variable", "payload"], 100],
  [["call", "sum", ["field", null, "pids.depth"]], 6],
  [["call", "unseen", 7], 1],
  [["call", "unseen", 8], 0],
  [["/", 7, 2], 3],
  [["/", -7, 2], -3],
  [["%", 7, 4], 3],
  [["-", 7, 4], 3],
  [["negate", pages], -3],
  [["not", 0], 1],
  [["not", 5], 0],
  [["==", pages, 3], 1],
  [["!=", pages, 3], 0],
  [["<", 1, 2], 1],
  [[">", 1, 2], 0],
  [["<=", 2, 2], 1],
  [[">=", 1, 2], 0],
  [["&", 0xffffffff, 0xf0f0f0f0], 0xf0f0f0f0],
  [["&", 2 ** 40 + 1, 2 ** 40], 2 ** 40],
])("%j is %d", (expression, value) => {
  expect(evaluate(expression, scope)).toBe(value);
});

describe("conditions", () => {
  it("look at their right side only if needed", () => {
    asked.length = 0;
    expect(holds(["&&", ["==", pages, 4], ["call", "unseen", 7]], scope)).toBe(false);
    expect(holds(["||", ["==", pages, 3], ["call", "unseen", 7]], scope)).toBe(true);
    expect(asked).toEqual([]);
    expect(holds(["&&", ["==", pages, 3], ["call", "unseen", 7]], scope)).toBe(true);
    expect(asked).toEqual([7]);
  });

  it("do not hold for a constant that the version does not have", () => {
    const missing: Expression = ["constant", "CKPT_VMA_HUGETLB"];
    expect(holds(["==", pages, missing], scope)).toBe(false);
    expect(holds(["<", pages, missing], scope)).toBe(false);
    expect(holds(missing, scope)).toBe(false);
    expect(holds(["&", pages, missing], scope)).toBe(false);
  });
});
