/** Railroad diagrams show the content of the grammar completely. */
import { describe, expect, it } from "vitest";
import { conditionWords, wrapped } from "../../generator/emit/reference/diagrams/conditions.js";
import { notation } from "../../generator/emit/reference/diagrams/notation.js";
import { alternatives, box, column, repeated, skippable } from "../../generator/emit/reference/diagrams/parts.js";
import { choiceRailroad, legend, railroad } from "../../generator/emit/reference/diagrams/railroad.js";
import { shapesOf } from "../../generator/emit/reference/rule-shapes.js";
import type { GrammarNode } from "../../generator/model.js";
import { outside, svgOf } from "./drawn.js";
import { REAL_SITE, SMALL_SITE } from "./real-site.js";

const { grammar } = REAL_SITE.model;
const rules = [...grammar.rules, ...grammar.bodies];
const drawings = rules.flatMap((rule) =>
  shapesOf(REAL_SITE, rule).map(({ id, items }) => [`${rule.name} ${id}`, railroad(REAL_SITE, items), items] as const),
);
const record = (name: string, more: object = {}): GrammarNode => ({ kind: "record", name, ...more });

describe("sizes", () => {
  it.each(drawings)("of %s hold all that is drawn, and fit a page", (_, drawing) => {
    expect(outside(drawing)).toEqual([]);
    expect(drawing.width).toBeLessThanOrEqual(640);
  });

  it("of other drawings as well", () => {
    for (const drawing of [legend(), choiceRailroad(REAL_SITE, grammar.anywhere), railroad(REAL_SITE, [])])
      expect(outside(drawing)).toEqual([]);
  });

  it("add up", () => {
    const one = box({ kind: "record", name: "ONE" });
    const two = box({ kind: "rule", name: "a longer name", label: "with a label that is longer still" });
    expect(column([one, two]).height).toBeGreaterThan(one.height + two.height);
    expect(column([one, two]).right).toBe(two.right);
    expect(alternatives([one, two]).right).toBeGreaterThan(one.right + two.left + two.right);
    expect(alternatives([one])).toBe(one);
    expect(skippable(one, []).left).toBeGreaterThan(one.left);
    expect(repeated(one, []).right).toBeGreaterThan(one.right);
    expect(repeated(one, ["a note that is wider than the box"]).right).toBeGreaterThan(33 * 7);
  });
});

describe("boxes", () => {
  it("are there for every item, with a link to where more is said of it", () => {
    const leaves = (items: readonly GrammarNode[]): number =>
      items.reduce((sum, node) => sum + ("items" in node ? leaves(node.items) : 1), 0);
    for (const [name, drawing, items] of drawings)
      expect(svgOf(drawing).match(/<a href=/g)?.length, name).toBe(leaves(items));
  });

  it("show by their class what they are", () => {
    const svg = svgOf(
      railroad(SMALL_SITE, [
        record("THING", { as: "first" }),
        { kind: "rule", name: "thing" },
        { kind: "ref", name: "BOX" },
      ]),
    );
    expect(svg).toMatch(/<a href="records\/THING"><title>record THING<\/title><rect class="terminal"/);
    expect(svg).toMatch(/class="faint">first<\/text>/);
    expect(svg).toMatch(/<a href="grammar\/thing"><title>rule thing<\/title><rect class="box nested"/);
    expect(svg).toMatch(/<a href="grammar\/object-BOX"><title>object BOX<\/title><rect class="box"/);
  });
});

describe("text", () => {
  const text = (...items: GrammarNode[]) => notation(SMALL_SITE, items);
  const thing = record("THING");
  const count = ["field", "HEADER", "nr_things"] as const;

  it("has a form for everything", () => {
    expect(text(thing, record("BOX", { as: "lid" }))).toBe("THING, BOX as lid");
    expect(text({ kind: "ref", name: "BOX", number: ["field", "THING", "objref"] })).toBe(
      "[object BOX of THING.objref]",
    );
    expect(text({ kind: "object", name: "BOX", repeat: "any" })).toBe("{object BOX}");
    expect(text({ kind: "choice", items: [thing, { kind: "rule", name: "thing" }] })).toBe("(THING | thing)");
    expect(text({ kind: "choice", items: [thing] })).toBe("THING");
    expect(text({ kind: "sequence", items: [thing, thing], optional: true })).toBe("[THING, THING]");
    expect(text(record("THING", { repeat: "some" }))).toBe("{THING}+");
    expect(text(record("THING", { repeat: count }))).toBe("{THING} × HEADER.nr_things");
    expect(text(record("THING", { repeat: ["+", count, 1] }))).toBe("{THING} × (HEADER.nr_things + 1)");
    expect(text(record("THING", { when: [">", count, 2] }))).toBe("[if HEADER.nr_things > 2: THING]");
    expect(text(record("THING", { when: [">", count, 2], repeat: "some" }))).toBe(
      "{while HEADER.nr_things > 2: THING}",
    );
    expect(text(record("THING", { when: [">", count, 2], optional: true }))).toBe("[if HEADER.nr_things > 2: [THING]]");
  });

  it("tells all diagrams of a rule apart", () => {
    for (const rule of rules) {
      const svgs = shapesOf(REAL_SITE, rule).map(({ items }) => svgOf(railroad(REAL_SITE, items)));
      expect(new Set(svgs).size, rule.name).toBe(svgs.length);
    }
  });
});

describe("notes", () => {
  const field = (path: string) => ["field", "FILE", path] as const;
  const is = (path: string, name: string) => ["==", field(path), ["constant", name]] as const;

  it("are in words", () => {
    expect(conditionWords(["!=", field("a"), 1])).toBe("FILE.a is not 1");
    expect(conditionWords([">", ["call", "sum", field("a")], 0])).toBe("the sum of FILE.a is above 0");
    expect(conditionWords(["||", ["||", is("a", "X"), is("a", "Y")], is("a", "Z")])).toBe("FILE.a is X, Y or Z");
    expect(conditionWords(["||", is("a", "X"), is("b", "Y")])).toBe("FILE.a is X or FILE.b is Y");
    expect(conditionWords(["&&", is("a", "X"), ["call", "unseen", field("b")]])).toBe("FILE.a is X, and FILE.b is new");
    expect(conditionWords(["*", ["+", field("a"), 1], ["variable", "word_size"]])).toBe("(FILE.a + 1) * word_size");
    expect(conditionWords(["not", ["&", field("a"), 4]])).toBe("not (FILE.a & 4)");
  });

  it("are broken between words", () => {
    expect(wrapped("if VMA.vma_type is CKPT_VMA_ANON or CKPT_VMA_FILE")).toEqual([
      "if VMA.vma_type is CKPT_VMA_ANON",
      "or CKPT_VMA_FILE",
    ]);
    expect(wrapped("a_name_that_has_more_characters_than_a_line")).toHaveLength(1);
  });
});
