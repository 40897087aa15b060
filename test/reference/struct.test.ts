/** Pages of structs: the answers first, and diagrams as grids. */
import { expect, it } from "vitest";
import { type Block, plain } from "../../generator/emit/reference/content.js";
import { hex, hexLines } from "../../generator/emit/reference/hex.js";
import { structReference } from "../../generator/emit/reference/pages/struct.js";
import { figuresOf } from "./drawn.js";
import { REAL_SITE } from "./real-site.js";

const pageOf = (key: string) => {
  const struct = REAL_SITE.model.structs.find((one) => one.key === key);
  if (!struct) throw new Error(`there is no ${key}`);
  return structReference(REAL_SITE, struct);
};
const pages = [...REAL_SITE.layouts.distinct.keys()].map((struct) => structReference(REAL_SITE, struct));

it("the layout comes before everything but the purpose, and offences are folded at the end", () => {
  const { blocks } = pageOf("ckpt_hdr_task");
  const titles = blocks.flatMap((block) => (block.kind === "heading" ? [plain(block.content)] : []));
  expect(titles[0]).toBe("Layouts");
  expect(blocks.findIndex(({ kind }) => kind === "cases")).toBeLessThan(6);
  const offences = blocks.at(-1);
  expect(offences?.kind).toBe("details");
  const { summary, blocks: folded } = offences as Extract<Block, { kind: "details" }>;
  expect(plain(summary)).toBe("7 known offences against the rules for layouts");
  expect(folded[0]?.kind === "list" && folded[0].items.length).toBe(7);
});

it("states facts in a few words", () => {
  const facts = (key: string) => {
    const [block] = pageOf(key).blocks.filter(({ kind }) => kind === "facts");
    return new Map(block?.kind === "facts" ? block.facts.map(([term, content]) => [term, plain(content)]) : []);
  };
  expect(facts("ckpt_hdr_vma").get("Size")).toBe("72 bytes (up to v23-rc1-c); 80 bytes (since v23-rc2)");
  expect(facts("ckpt_sigset").get("Exists in")).toBe("since v17");
  expect(facts("ckpt_sigset").get("C name")).toBe("struct ckpt_hdr_sigset (v17); struct ckpt_sigset (since v18)");
});

it("has an import for each name in C, of a version that has that name", () => {
  const imports = (key: string) =>
    pageOf(key).blocks.flatMap((block) =>
      block.kind === "cases"
        ? block.cases.flatMap(({ blocks }) => blocks.flatMap((one) => (one.kind === "code" ? [one.text] : [])))
        : [],
    );
  expect(imports("ckpt_sigset")).toEqual([
    expect.stringMatching(/^import { ckptHdrSigset } from "ckpt-abi\/v17\/\w+";\n$/),
    expect.stringMatching(/^import { ckptSigset } from "ckpt-abi\/v23-rc2-arm\/\w+";\n$/),
  ]);
});

it("every grid has each drawn byte once, in rows of eight", () => {
  let compared = 0;
  for (const { drawing } of pages.flatMap(({ blocks }) => figuresOf(blocks))) {
    const html = drawing.html?.(({ anchor }) => `#${anchor}`) ?? "";
    const cells = [
      ...html.matchAll(/<[ab](?: href="[^"]*")? class="w(\d)(?: h(\d))?[^"]*" data-bytes="(\d+)\+(\d+)"/g),
    ];
    const drawn = new Map<string, number>();
    for (const [, width, height = 1, offset, size] of cells) {
      const key = `${offset}+${size}`;
      drawn.set(key, (drawn.get(key) ?? 0) + Number(width) * Number(height));
    }
    const ranges = [...drawn].map(([key, bytes]) => [...key.split("+").map(Number), bytes] as [number, number, number]);
    let end = 0;
    for (const [offset, size, bytes] of ranges.sort((a, b) => a[0] - b[0])) {
      expect(offset).toBe(end);
      end += size;
      // Inner rows of long fields are left out, and said to be.
      if (html.includes(`<i data-bytes="${offset}+${size}">⋮ ${size} bytes</i>`)) expect(bytes).toBeLessThan(size);
      else expect(bytes).toBe(size);
      compared++;
    }
  }
  expect(compared).toBeGreaterThan(1000);
});

it("rows and boxes of a layout have the same bytes", () => {
  for (const { blocks } of pages)
    for (const block of blocks)
      for (const { blocks: own } of block.kind === "cases" ? block.cases : []) {
        const [figure] = figuresOf(own);
        const [table] = own.filter((one) => one.kind === "table");
        const html = figure?.drawing.html?.(({ anchor }) => `#${anchor}`) ?? "";
        const rows = new Set(table?.rows.map(({ range }) => `${range?.offset}+${range?.size}`));
        for (const [, bytes = ""] of html.matchAll(/ data-bytes="([^"]*)"/g)) expect(rows.has(bytes), bytes).toBe(true);
      }
});

it("a hex view breaks lines after eight bytes, and after bytes that are left out", () => {
  const row = (offset: number, size: number, shown: number, rest?: string) => ({
    anchor: `byte-${offset}`,
    range: { offset, size },
    bytes: Uint8Array.from({ length: shown }, (_, i) => offset + i),
    cells: [],
    ...(rest !== undefined && { rest }),
  });
  const lines = hexLines([row(4, 2, 2), row(6, 9, 9), row(15, 40, 3, "and 37 more"), row(55, 2, 2)]);
  expect(
    lines.map(({ offset, runs, rest }) => [offset, runs.map(({ text, isFirst }) => [text, isFirst]), rest]),
  ).toEqual([
    [
      4,
      [
        ["04 05", true],
        ["06 07 08 09 0a 0b", true],
      ],
      undefined,
    ],
    [
      12,
      [
        ["0c 0d 0e", false],
        ["0f 10 11", true],
      ],
      "and 37 more",
    ],
    [55, [["37 38", true]], undefined],
  ]);
  expect(hex(Uint8Array.of(0, 255))).toBe("00 ff");
});
