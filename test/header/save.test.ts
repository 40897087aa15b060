/** The files of the schema change together or not at all. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { saveTexts } from "../../generator/header/import/save.js";
import { recoverSchema, schemaText } from "../../generator/write/schema-journal.js";
import { dies } from "../mortal.js";
import { temporary } from "./project.js";

const failing = vi.hoisted(() => ({ path: "" }));
vi.mock("node:fs", async (original) => {
  const fs = (await import("../mortal.js")).mortal(await original<typeof import("node:fs")>());
  return {
    ...fs,
    renameSync: (from: string, to: string) => {
      // Fails only once: restoring a file uses the same path.
      if (failing.path !== "" && to.endsWith(failing.path)) {
        failing.path = "";
        throw new Error("no room");
      }
      fs.renameSync(from, to);
    },
  };
});
afterEach(() => {
  failing.path = "";
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

test.each([".import-pending", "schema/a.yaml", "schema/c.yaml"])(
  "when %s cannot take its place, all are as they were",
  (path) => {
    const directory = root();
    failing.path = path;
    expect(() => saveTexts(directory, texts)).toThrow("no room");
    expect(failing.path).toBe("");
    for (const name of NAMES) expect(readFileSync(join(directory, name), "utf8")).toBe(`old ${name}\n`);
    expect(readdirSync(join(directory, "schema"))).toEqual(["a.yaml", "b.yaml", "c.yaml"]);
  },
);

test("when one cannot be written, none takes its place", () => {
  const directory = root();
  const impossible = [...texts, { file: "schema/missing.yaml", text: "new\n" }];
  expect(() => saveTexts(directory, impossible)).toThrow(/ENOENT/);
  for (const name of NAMES) expect(readFileSync(join(directory, name), "utf8")).toBe(`old ${name}\n`);
  expect(readdirSync(join(directory, "schema"))).toEqual(["a.yaml", "b.yaml", "c.yaml"]);
});

/** The texts that readers of the schema get, and the contents of the files. */
function seen(directory: string): { readonly read: string[]; readonly held: string[] } {
  return {
    read: NAMES.map((name) => schemaText(directory, name)),
    held: NAMES.map((name) => readFileSync(join(directory, name), "utf8")),
  };
}

const OLD = NAMES.map((name) => `old ${name}\n`);
const NEW = ["new\n", "old schema/b.yaml\n", "new\n"];

test("killed at any moment, readers see all old or all new texts, and the next run leaves all so", async () => {
  let moments = 0;
  const outcomes = new Set<string>();
  for (let at = 1; ; at++) {
    const directory = root();
    if (!(await dies(at, () => saveTexts(directory, texts)))) break;
    moments++;
    const { read } = seen(directory);
    expect([OLD, NEW], `moment ${at}`).toContainEqual(read);
    recoverSchema(directory);
    expect(seen(directory), `moment ${at}`).toEqual({ read, held: read });
    expect(readdirSync(join(directory, "schema")), `moment ${at}`).toEqual(["a.yaml", "b.yaml", "c.yaml"]);
    outcomes.add(read.join());
  }
  expect(moments).toBeGreaterThan(20);
  expect(outcomes.size).toBe(2);
});

test("killed while the texts are put back, and while that is mended, all are as they were", async () => {
  let moments = 0;
  for (let at = 1; ; at++) {
    const directory = root();
    failing.path = "schema/c.yaml";
    let failed = false;
    const save = () => {
      try {
        saveTexts(directory, texts);
      } catch (error) {
        if ((error as Error).message !== "no room") throw error;
        failed = true;
      }
    };
    const died = await dies(at, save);
    if (!died) {
      expect(failed).toBe(true);
      break;
    }
    if (failing.path !== "") continue;
    moments++;
    for (let again = 1; await dies(again, () => recoverSchema(directory)); again++);
    const { held } = seen(directory);
    expect([OLD, NEW], `moment ${at}`).toContainEqual(held);
    expect(readdirSync(join(directory, "schema")), `moment ${at}`).toEqual(["a.yaml", "b.yaml", "c.yaml"]);
  }
  expect(moments).toBeGreaterThan(4);
});

test("an edit after an import that was cut off is not lost", async () => {
  const directory = root();
  for (let at = 1; seen(directory).read.join() !== NEW.join(); at++) await dies(at, () => saveTexts(directory, texts));
  writeFileSync(join(directory, "schema/c.yaml"), "edited\n");
  expect(() => recoverSchema(directory)).toThrow(
    "an import was interrupted, and schema/c.yaml has been edited since; remove schema/.import-pending to keep the edit without the import, or the edit to finish the import",
  );
  expect(readFileSync(join(directory, "schema/c.yaml"), "utf8")).toBe("edited\n");
});
