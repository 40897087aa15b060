/** Counts, conditions and lengths: the trees of valid expressions, and constant values. */
import { describe, expect, it } from "vitest";
import { evaluateConstant, mentions, parseExpression } from "../../generator/expression.js";
import type { Expression } from "../../runtime/expression.js";

function tree(text: string | number): Expression {
  const result = parseExpression(text);
  if ("error" in result) throw new Error(result.error);
  return result.expression;
}

describe("an expression", () => {
  it.each<[string | number, Expression]>([
    [7, 7],
    ["0x10", 16],
    ["nr_pages", ["field", null, "nr_pages"]],
    ["rlim.cur", ["field", null, "rlim.cur"]],
    ["FILE.f_type", ["field", "FILE", "f_type"]],
    ["FILE.common.f_type", ["field", "FILE", "common.f_type"]],
    ["CKPT_FILE_PIPE", ["constant", "CKPT_FILE_PIPE"]],
    ["__NEW_UTS_LEN + 1", ["+", ["constant", "__NEW_UTS_LEN"], 1]],
    ["page_size", ["variable", "page_size"]],
    ["unseen(FILE.pipe_objref)", ["call", "unseen", ["field", "FILE", "pipe_objref"]]],
    ["!(a == 1)", ["not", ["==", ["field", null, "a"], 1]]],
    ["-a", ["negate", ["field", null, "a"]]],
    ["a + b * 2", ["+", ["field", null, "a"], ["*", ["field", null, "b"], 2]]],
    [
      "a == 1 || b == 2 && c == 3",
      ["||", ["==", ["field", null, "a"], 1], ["&&", ["==", ["field", null, "b"], 2], ["==", ["field", null, "c"], 3]]],
    ],
    ["a - b - c", ["-", ["-", ["field", null, "a"], ["field", null, "b"]], ["field", null, "c"]]],
    ["a & 0x1F", ["&", ["field", null, "a"], 31]],
  ])("%s", (text, expected) => {
    expect(tree(text)).toEqual(expected);
  });

  it.each([
    ["1 ? 2 : 3", "`? :` is not allowed here"],
    ["[1]", "a list is not allowed here"],
    ["this", "`this` is not a name"],
    ["1.5", "`1.5` is not an integer"],
    ["9007199254740993", "`9007199254740993` is not an integer"],
    ["a.b()", "the functions are `unseen` and `sum`"],
    ["f(1)(2)", "the functions are `unseen` and `sum`"],
    ["sum(a, b)", "`sum` takes one argument"],
    ["a ** 2", "`**` is not one of the operators ! == != < > <= >= && || + - * / % &"],
    ["a == 010", "`010` is neither decimal nor, with 0x, hexadecimal"],
    ["a >", "nothing follows `>`"],
    ["-", "nothing follows the sign"],
    ["a[1]", "a field is named by names and dots"],
    ["", "it is empty"],
    ["a b", "an operator is missing"],
    ["a ; b", "an operator is missing"],
    ['"a', 'unclosed quote after "a"'],
    ["-".repeat(600), "it is longer than 500 characters"],
    ["constructor()", "the functions are `unseen` and `sum`"],
  ])("that cannot be read: %.20s", (text, error) => {
    expect(parseExpression(text)).toEqual({ error });
  });

  it("tells every name that it mentions", () => {
    expect([...mentions(tree("sum(pids.depth) + PAGE * page_size"))].map((mention) => mention.slice(0, 3))).toEqual([
      ["call", "sum", ["field", null, "pids.depth"]],
      ["field", null, "pids.depth"],
      ["constant", "PAGE"],
      ["variable", "page_size"],
    ]);
  });
});

describe("a constant expression", () => {
  const constants: Readonly<Record<string, number>> = { NSIG: 64, LEN: 9 };
  const value = (text: string | number) => evaluateConstant(tree(text), (name) => constants[name]);

  it.each([
    [3, 3],
    ["NSIG / 8", 8],
    ["LEN + 1", 10],
    ["LEN - 10", -1],
    ["2 * (LEN - 1)", 16],
    ["LEN % 4", 1],
    ["-LEN", -9],
    ["LEN / 2", 4.5],
  ])("%s is %s", (text, expected) => {
    expect(value(text)).toBe(expected);
  });

  it.each(["UNKNOWN", "UNKNOWN + 1", "LEN * UNKNOWN", "field", "-field", "page_size", "unseen(LEN)", "LEN == 9"])(
    "%s has no value",
    (text) => {
      expect(value(text)).toBeUndefined();
    },
  );
});
