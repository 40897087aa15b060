/** Listings as parts: what a page gets is what the command prints. */
import { expect, test } from "vitest";
import { Sheet } from "../../tools/cli/output/sheet.js";
import { printFiles } from "../../tools/cli/print/fds.js";
import { printSignals } from "../../tools/cli/print/signals.js";
import { tasksOf } from "../../tools/model/index.js";
import { realImage } from "../images/fixtures.js";
import { openedReal } from "../opened.js";

const image = openedReal(realImage("x86_64-self-full.img"));
const all = tasksOf(image);
const tasks = { all, chosen: all };

/** What a listing prints as text. */
function printed(print: (streams: Sheet["streams"]) => void): string {
  let text = "";
  const out = {
    write: (data: string | Uint8Array) => {
      text += typeof data === "string" ? data : Buffer.from(data).toString();
    },
  };
  print({ out, err: out, env: {} });
  return text;
}

test("a table has the cells of the lines, and its heading", () => {
  const sheet = new Sheet();
  printFiles(image, sheet.streams, tasks, {});
  const [heading, table] = sheet.parts;
  expect(heading).toMatchObject({
    kind: "heading",
    text: expect.stringMatching(/^file table \d+ of 10 ck$/),
    level: 1,
  });
  if (table?.kind !== "table") throw new Error("no table");
  const lines = printed((streams) => printFiles(image, streams, tasks, {}))
    .trimEnd()
    .split("\n")
    .slice(1);
  const words = (text: string) =>
    text
      .split(/\s+/)
      .filter((word) => word !== "" && word !== "-")
      .join(" ");
  expect([table.columns?.map(({ title }) => title), ...table.rows].map((row) => words((row ?? []).join(" ")))).toEqual(
    lines.map(words),
  );
  expect(table.isCut).toBe(false);
});

test("facts are those that are printed", () => {
  const sheet = new Sheet();
  printSignals(image, sheet.streams, tasks, {});
  const text = printed((streams) => printSignals(image, streams, tasks, {}));
  const facts = sheet.parts.flatMap((part) => (part.kind === "facts" ? part.facts : []));
  expect(facts.length).toBe(text.trimEnd().split("\n").length - 1);
  const lines = text.split("\n").map((line) => line.trim().replace(/ {2,}/, "|"));
  for (const [label, value] of facts) expect(lines).toContain(label === "" ? value : `${label}|${value}`);
});

test("a table of any length is cut, and characters that control a terminal are escaped", () => {
  const sheet = new Sheet();
  let asked = 0;
  const rows = function* () {
    for (;;) {
      asked++;
      yield ["\u001b[31mred\u202e", undefined, 7n];
    }
  };
  sheet.table([{ title: "A" }, { title: "B" }, { title: "C" }], rows());
  const [table] = sheet.parts;
  if (table?.kind !== "table") throw new Error("no table");
  expect(table.rows[0]).toEqual(["\\u001b[31mred\\u202e", undefined, "7"]);
  expect(table.isCut).toBe(true);
  expect(asked).toBe(table.rows.length + 1);
});
