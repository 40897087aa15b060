/** The tables of ratios that the benches write into the documents. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Measured, tableOf, withTable } from "../../scripts/bench/table.js";

const MEASURED: Measured[] = [
  {
    node: "v20.1.0",
    bounds: new Map([
      [
        "diff",
        [
          { name: "diff / cmp", ratio: 1.234, limit: 3 },
          { name: "diff / info", ratio: 2.5, limit: 2 },
        ],
      ],
    ]),
  },
  {
    node: "v24.1.0",
    bounds: new Map([
      ["diff", [{ name: "diff / cmp", ratio: 1, limit: 4 }]],
      ["text", [{ name: "decode / Kaitai", ratio: 0.5, limit: 1 }]],
    ]),
  },
];
const HERE = { date: "2026-11-30", cpu: "2 × a processor" };

describe("a table of ratios", () => {
  test("has a row per comparison and a column per version of Node", () => {
    expect(tableOf(MEASURED, HERE)).toBe(
      `Measured on 2026-11-30, 2 × a processor; a ratio above its bound is in italics.

| bench | ratio of | Node 20.1.0 | Node 24.1.0 | bound |
| --- | --- | --: | --: | --: |
| diff | diff / cmp | 1.23 | 1.00 | 3.00 / 4.00 |
| diff | diff / info | *2.50* | – | 2.00 |
| text | decode / Kaitai | – | 0.50 | 1.00 |`,
    );
  });

  test("lists the first comparisons of each bench", () => {
    const rows = tableOf(MEASURED, HERE, 1).split("\n").slice(4);
    expect(rows.map((row) => row.split(" | ")[1])).toEqual(["diff / cmp", "decode / Kaitai"]);
  });

  test("takes the place of the one before, and nothing else changes", () => {
    const page = readFileSync(new URL("../../docs/speed.md", import.meta.url), "utf8");
    const once = withTable(page, "| one |");
    expect(once).toContain("\n| one |\n");
    expect(withTable(withTable(once, "| two |\n| three |"), "| one |")).toBe(once);
    const outside = (text: string) => text.replace(/<!-- ratios.*?<!-- end/s, "");
    expect(outside(once)).toBe(outside(page));
  });

  test("needs its place in the page", () => {
    expect(() => withTable("# Speed\n", "| one |")).toThrow("a page has no lines <!-- ratios");
  });
});
