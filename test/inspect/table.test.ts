import { describe, expect, it } from "vitest";
import { writeJson } from "../../tools/cli/output/json-stream.js";
import { cut, displayWidth, printTable, type TableColumn } from "../../tools/cli/output/table.js";
import { utf8Text } from "../../tools/utf8.js";

const COLUMNS: readonly TableColumn[] = [{ title: "N", align: "right" }, { title: "NAME" }, { title: "X" }];

function printed(rows: Parameters<typeof printTable>[2], terminal?: number, columns = COLUMNS): string[] {
  let text = "";
  const out = {
    write: (piece: string | Uint8Array) => (text += typeof piece === "string" ? piece : utf8Text(piece)),
    isTTY: terminal !== undefined,
  };
  const streams = {
    out: { ...out, ...(terminal !== undefined && { columns: terminal }) },
    err: out,
    env: { NO_COLOR: "1" },
  };
  printTable(streams, columns, rows);
  return text.split("\n").slice(0, -1);
}

describe("tables", () => {
  it("align numbers to the right and texts to the left, without spaces at the end", () => {
    expect(
      printed([
        [1, "one", "x"],
        [1000n, "thousand", ""],
        [20, undefined, undefined],
      ]),
    ).toEqual(["   N  NAME      X", "   1  one       x", "1000  thousand", "  20  -         -"]);
  });

  it("escape what steers a terminal", () => {
    const [, line] = printed([[1, "a\x1b[31m\nb\u202e", "x"]]);
    expect(line).toBe("1  a\\u001b[31m\\u000ab\\u202e  x");
  });

  it("are cut on a terminal only", () => {
    const long = "y".repeat(100);
    expect(printed([[1, long, ""]], 40)[1]).toBe(`1  ${"y".repeat(36)}…`);
    expect(printed([[1, long, ""]])[1]).toBe(`1  ${long}`);
  });

  it("leave minor columns out where the last one would have no room, and say so", () => {
    const columns: TableColumn[] = [
      { title: "N" },
      { title: "A", minor: true },
      { title: "B", minor: true },
      { title: "NAME" },
    ];
    const row = [1, "a".repeat(10), "b".repeat(10), "name".repeat(4)];
    expect(printed([row], 43, columns)).toEqual([
      "N  A           B           NAME",
      `1  ${"a".repeat(10)}  ${"b".repeat(10)}  ${"name".repeat(4)}`,
    ]);
    expect(printed([row], 42, columns)).toEqual([
      "N  A           NAME",
      `1  ${"a".repeat(10)}  ${"name".repeat(4)}`,
      "no room for B",
    ]);
    expect(printed([row], undefined, columns)[0]).toContain("B");
  });

  it("count wide characters twice and accents not at all", () => {
    expect(["abc", "日本", "e\u0301", "…"].map(displayWidth)).toEqual([3, 4, 1, 1]);
    expect(cut("日本語", 5)).toBe("日本…");
  });

  it("print rows as they come", () => {
    let made = 0;
    function* rows() {
      for (; made < 30_000; made++) yield [made, "row", ""];
    }
    const lines = printed(rows());
    expect(lines).toHaveLength(30_001);
    expect(lines.at(-1)).toBe("29999  row");
  });
});

it("streamed JSON is JSON", () => {
  let text = "";
  const value = {
    list: [1, "two\u0000", null, [], {}],
    big: 2n ** 64n,
    small: 3n,
    none: undefined,
    map: new Map([['a"b', 1n]]),
    made: (function* () {
      yield { x: 1 };
      yield [2];
    })(),
    half: "\udc80",
  };
  writeJson({ write: (piece) => (text += piece) }, value);
  expect(JSON.parse(text)).toEqual({
    list: [1, "two\u0000", null, [], {}],
    big: "18446744073709551616",
    small: 3,
    map: { 'a"b': 1 },
    made: [{ x: 1 }, [2]],
    half: "\udc80",
  });
  expect(text).toContain("\\udc80");
  expect(text.endsWith("}\n")).toBe(true);
});
