/** `npm run gen` makes nothing while inputs and output are what the last run left, and everything as soon as one of them differs. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { digestOf } from "../../generator/write/digest.js";
import { outputFiles } from "../../generator/write/index.js";
import { gen } from "../header/command.js";
import { edit, put } from "./root-files.js";
import { SMALL_SCHEMA } from "./small-schema.js";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
const STAMP = "node_modules/.cache/ckpt-abi/gen.json";
const C_HEADER = "generated/c/v2.h";

const directory = mkdtempSync(join(tmpdir(), "ckpt-stamp-"));
afterAll(() => rmSync(directory, { recursive: true }));

/** A root with the small schema, its output and its stamp. */
const made = join(directory, "made");
let count: number;
beforeAll(async () => {
  for (const { file, text } of SMALL_SCHEMA) put(made, file, text);
  cpSync(join(PROJECT, "schema/schema.json"), join(made, "schema/schema.json"));
  mkdirSync(join(made, "node_modules"));
  const { files, changed } = await generate(made);
  expect(changed).toBe(files);
  count = files;
});

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(directory, "root-"));
  cpSync(made, root, { recursive: true });
  // A summary that no generation gives: a run that prints it has made nothing.
  changeStamp((stamp) => ({ ...stamp, summary: { ...(stamp.summary as object), files: 7777 } }));
});

function changeStamp(change: (stamp: Record<string, unknown>) => object): void {
  put(root, STAMP, JSON.stringify(change(JSON.parse(readFileSync(join(root, STAMP), "utf8")))));
}

/** Runs the generator, which must succeed; returns the numbers of its summary. */
async function generate(where = root, ...options: string[]) {
  const { code, out, err } = await gen("--root", where, ...options);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const [, files, changed, removed = 0] = /, (\d+) files \((\d+) changed(?:, (\d+) removed)?\)/.exec(out) ?? [];
  return { files: Number(files), changed: Number(changed), removed: Number(removed) };
}

const UP_TO_DATE = { files: 7777, changed: 0, removed: 0 };

it("makes nothing while nothing changed", async () => {
  expect(await generate()).toEqual(UP_TO_DATE);
  expect((await gen("--root", root, "--json")).out).toBe('{\n  "problems": []\n}\n');
  expect(readdirSync(join(root, "node_modules/.cache/ckpt-abi"))).toEqual(["gen.json"]);
});

it("makes everything anew after a change to the schema, and nothing after that", async () => {
  edit(root, "schema/structs.yaml", "Where it begins.", "Where it starts.");
  const { files, changed } = await generate();
  expect(files).toBe(count);
  expect(changed).toBeGreaterThan(0);
  expect(readFileSync(join(root, "generated/codecs/structs/ckpt_hdr_thing.ts"), "utf8")).toContain("Where it starts.");
  expect(await generate()).toEqual({ files: count, changed: 0, removed: 0 });
  edit(root, "schema/structs.yaml", "Where it starts.", "Where it begins.");
  expect((await generate()).changed).toBe(changed);
  expect(outputFiles(root)).toEqual(outputFiles(made));
});

it("makes everything anew after a change to the JSON Schema", async () => {
  edit(root, "schema/schema.json", "{", '{ "$comment": "changed",');
  expect(await generate()).toEqual({ files: count, changed: 0, removed: 0 });
});

it.each<[string, () => void, { changed: number; removed: number }]>([
  ["was edited", () => put(root, C_HEADER, "by hand\n"), { changed: 1, removed: 0 }],
  ["is missing", () => rmSync(join(root, C_HEADER)), { changed: 1, removed: 0 }],
  ["is too many", () => put(root, "generated/c/old.h", ""), { changed: 0, removed: 1 }],
])("notices an output file that %s", async (_, damage, expected) => {
  damage();
  expect(await generate()).toEqual({ files: count, ...expected });
  expect(outputFiles(root)).toEqual(outputFiles(made));
});

it.each([
  ["is missing", () => rmSync(join(root, STAMP))],
  ["is damaged", () => writeFileSync(join(root, STAMP), '{"inputs":')],
  ["has other inputs", () => changeStamp((stamp) => ({ ...stamp, inputs: "0".repeat(64) }))],
])("makes everything anew when the stamp %s", async (_, damage) => {
  damage();
  expect(await generate()).toEqual({ files: count, changed: 0, removed: 0 });
  expect(await generate()).toEqual({ files: count, changed: 0, removed: 0 });
  expect(readFileSync(join(root, STAMP), "utf8")).toBe(readFileSync(join(made, STAMP), "utf8"));
});

it("--check makes everything anew, whatever the stamp says", async () => {
  expect(await generate(root, "--check")).toEqual({ files: count, changed: 0, removed: 0 });
  put(root, C_HEADER, "by hand\n");
  changeStamp((stamp) => ({ ...stamp, output: digestOf(outputFiles(root)) }));
  expect(await generate()).toEqual(UP_TO_DATE);
  const { code, err } = await gen("--root", root, "--check");
  expect({ code, err }).toEqual({
    code: 1,
    err: `${C_HEADER}: not up to date\n1 generated file is stale; run: npm run gen\n`,
  });
});

it("keeps no stamp of a schema with problems, nor of a root without node_modules", async () => {
  const before = readFileSync(join(root, STAMP), "utf8");
  edit(root, "schema/structs.yaml", "type: u64, format", "type: u46, format");
  for (let run = 0; run < 2; run++) expect((await gen("--root", root)).code).toBe(1);
  expect(readFileSync(join(root, STAMP), "utf8")).toBe(before);

  cpSync(made, root, { recursive: true });
  rmSync(join(root, "node_modules"), { recursive: true });
  expect((await generate()).files).toBe(count);
  expect(existsSync(join(root, "node_modules"))).toBe(false);
});
