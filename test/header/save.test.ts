/** The files of the schema change together or not at all. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { saveTexts } from "../../generator/header/import/save.js";
import { temporary } from "./project.js";

const failing = vi.hoisted(() => ({ at: Number.POSITIVE_INFINITY, renames: 0 }));
vi.mock("node:fs", async (original) => {
  const fs = await original<typeof import("node:fs")>();
  return {
    ...fs,
    renameSync: (from: string, to: string) => {
      if (++failing.renames === failing.at) throw new Error("no room");
      fs.renameSync(from, to);
    },
  };
});
afterEach(() => {
  failing.at = Number.POSITIVE_INFINITY;
  failing.renames = 0;
});

const NAMES = ["schema/a.yaml", "schema/b.yaml", "schema/c.yaml"];

function root(): string {
  const directory = temporary();
  mkdirSync(join(directory, "schema"));
  for (const name of NAMES) writeFileSync(join(directory, name), `old ${name}\n`);
  return directory;
}

const texts = NAMES.map((file) => ({ file, text: file.includes("b") ? `old ${file}\n` : "new\n" }));

test("what did not change is not written", () => {
  const directory = root();
  expect(saveTexts(directory, texts)).toEqual(["schema/a.yaml", "schema/c.yaml"]);
  expect(NAMES.map((name) => readFileSync(join(directory, name), "utf8"))).toEqual([
    "new\n",
    "old schema/b.yaml\n",
    "new\n",
  ]);
  expect(readdirSync(join(directory, "schema"))).toEqual(["a.yaml", "b.yaml", "c.yaml"]);
});

test.each([1, 2])("when file %d cannot take its place, all are as they were", (at) => {
  const directory = root();
  failing.at = at;
  expect(() => saveTexts(directory, texts)).toThrow("no room");
  for (const name of NAMES) expect(readFileSync(join(directory, name), "utf8")).toBe(`old ${name}\n`);
  expect(readdirSync(join(directory, "schema"))).toEqual(["a.yaml", "b.yaml", "c.yaml"]);
});

test("when one cannot be written, none takes its place", () => {
  const directory = root();
  mkdirSync(join(directory, `schema/.c.yaml.import-${process.pid}`));
  expect(() => saveTexts(directory, texts)).toThrow(/EISDIR/);
  for (const name of NAMES) expect(readFileSync(join(directory, name), "utf8")).toBe(`old ${name}\n`);
});
