/** The command line of the generator, run like `npm run gen`, with schemas in temporary directories. */
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { homedir, hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lockRoot } from "../../generator/write/index.js";
import { gen as genHere } from "../../scripts/gen/command-line.js";
import { bundled } from "../bundled.js";
import { here, type Outcome } from "../here.js";
import { edit, put } from "./root-files.js";
import { SMALL_SCHEMA } from "./small-schema.js";

const GEN = await bundled("scripts/gen/index.ts");

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
const directories: string[] = [];
const watchers: ChildProcess[] = [];

afterAll(() => {
  for (const watcher of watchers) watcher.kill("SIGKILL");
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

/** A root with the small schema, and its first output. */
const made = emptyRoot();
let first: Outcome;

beforeAll(async () => {
  for (const { file, text } of SMALL_SCHEMA) put(made, file, text);
  cpSync(join(PROJECT, "schema/schema.json"), join(made, "schema/schema.json"));
  first = await genProcess("--root", made);
});

/** A copy of the root with the small schema and its output. */
function madeRoot(): string {
  const root = emptyRoot();
  cpSync(made, root, { recursive: true, preserveTimestamps: true });
  return root;
}

function emptyRoot(): string {
  const root = mkdtempSync(join(tmpdir(), "ckpt-gen-"));
  directories.push(root);
  return root;
}

function start(...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [GEN, ...args], {
    cwd: PROJECT,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs `npm run gen` as a process. */
function genProcess(...args: readonly string[]): Promise<Outcome> {
  const child = start(...args);
  const texts = { out: "", err: "" };
  child.stdout?.on("data", (text) => {
    texts.out += text;
  });
  child.stderr?.on("data", (text) => {
    texts.err += text;
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, ...texts })));
}

/** Runs `npm run gen` in this process. */
const gen = (...args: string[]): Promise<Outcome> => here(() => genHere(args));

/** Runs `npm run gen` in this process, once for each list of arguments. */
async function genEach(...runs: readonly (readonly string[])[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const args of runs) outcomes.push(await gen(...args));
  return outcomes;
}

/** Texts of the generated files by path. */
function output(root: string): Map<string, string> {
  return new Map(paths(root).map((path) => [path, readFileSync(join(root, path), "utf8")]));
}

function paths(root: string): string[] {
  return readdirSync(join(root, "generated"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
}

/** Inode and time of each generated file, which any write changes. */
function stamps(root: string): Record<string, string> {
  return Object.fromEntries(
    paths(root).map((path) => {
      const { ino, mtimeNs } = statSync(join(root, path), { bigint: true });
      return [path, `${ino} ${mtimeNs}`];
    }),
  );
}

const DONE =
  /^5 structs, \d+ distinct layouts, 2 versions × 2 arches \(4 that exist\), (\d+) files \((\d+) changed(?:, (\d+) removed)?\), \d+\.\d s\n$/;

/** Numbers of the summary: files, changed, removed. */
function summary({ code, out, err }: Outcome): number[] {
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatch(DONE);
  return (DONE.exec(out) ?? []).slice(1).map((digits) => Number(digits ?? 0));
}

describe("gen", () => {
  it("generates, touches nothing the second time, and tells and mends what is stale", async () => {
    const [count, changed, removed] = summary(first) as [number, number, number];
    expect([changed, removed]).toEqual([count, 0]);
    expect(paths(made)).toHaveLength(count);
    expect(readdirSync(made).sort()).toEqual(["generated", "schema"]);

    const root = madeRoot();
    const before = stamps(root);
    const outcomes = await genEach(["--root", root], ["--check", "--root", root]);
    expect(outcomes.map(summary)).toEqual([
      [count, 0, 0],
      [count, 0, 0],
    ]);
    expect(stamps(root)).toEqual(before);

    const good = output(root);
    const edited = "generated/codecs/tables.ts";
    const missing = "generated/codecs/index.ts";
    const superfluous = "generated/codecs/structs/ckpt_hdr_gone.ts";
    put(root, edited, "by hand\n");
    rmSync(join(root, missing));
    put(root, superfluous, "left over\n");
    const stale = stamps(root);
    const check = await genProcess("--check", "--root", root);
    const json = await gen("--check", "--json", "--root", root);
    expect(check).toEqual({
      code: 1,
      out: "",
      err:
        `${missing}: not up to date\n${edited}: not up to date\n${superfluous}: not generated any more\n` +
        "3 generated files are stale; run: npm run gen\n",
    });
    expect({ ...json, out: JSON.parse(json.out) }).toEqual({
      code: 1,
      out: { problems: [], stale: [missing, edited, superfluous] },
      err: "",
    });
    expect(stamps(root)).toEqual(stale);

    expect(summary(await gen("--root", root))).toEqual([count, 2, 1]);
    expect(output(root)).toEqual(good);
    const after = stamps(root);
    expect(Object.keys(before).filter((path) => before[path] !== after[path])).toEqual([missing, edited]);
  });

  it("tells of problems and leaves the output alone", async () => {
    const root = madeRoot();
    const before = stamps(root);
    edit(root, "schema/structs.yaml", "start: { type: u64", "start: { type: u46");
    edit(root, "schema/records.yaml", "number: 2", "number: 1");
    const plain = await gen("--root", root);
    const json = await gen("--check", "--json", "--root", root);
    expect(plain).toEqual({
      code: 1,
      out: "",
      err: [
        "schema/records.yaml:3:20: the record number 1 is used twice in v1: by HEADER and by THING [duplicate-number]",
        "  3 |   THING: { number: 1, struct: ckpt_hdr_thing, summary: Carries a thing. }",
        "    |                    ^",
        "",
        "schema/structs.yaml:21:22: unknown type `u46`: did you mean `u64`? [unknown-type]",
        "  21 |       start: { type: u46, format: address, doc: Where it begins. }",
        "     |                      ^",
        "",
        "2 problems; nothing was written",
        "",
      ].join("\n"),
    });
    expect({ ...json, out: JSON.parse(json.out) }).toEqual({
      code: 1,
      out: {
        stale: [],
        problems: [
          {
            file: "schema/records.yaml",
            line: 3,
            column: 20,
            rule: "duplicate-number",
            message: "the record number 1 is used twice in v1: by HEADER and by THING",
            source: "  THING: { number: 1, struct: ckpt_hdr_thing, summary: Carries a thing. }",
          },
          {
            file: "schema/structs.yaml",
            line: 21,
            column: 22,
            rule: "unknown-type",
            message: "unknown type `u46`",
            suggestion: "did you mean `u64`?",
            source: "      start: { type: u46, format: address, doc: Where it begins. }",
          },
        ],
      },
      err: "",
    });
    expect(stamps(root)).toEqual(before);
  });

  it("refuses that a released field vanishes, unless it is told to amend", async () => {
    const root = madeRoot();
    edit(root, "schema/structs.yaml", "      size: { type: u32, unit: bytes, doc: Its size. }\n", "");
    const refused = await gen("--root", root);
    expect(refused).toMatchObject({ code: 1, out: "" });
    expect(refused.err).toContain("`size` was removed from ckpt_place");
    expect((await gen("--amend", "--root", root)).code).toBe(0);
    expect(readFileSync(join(root, "generated/codecs/structs/ckpt_place.ts"), "utf8")).not.toContain("Its size.");
  });

  it("explains wrong usage in a line or two", async () => {
    const root = emptyRoot();
    put(root, "schema/schema.json", "{}");
    const outcomes = await genEach(
      ["--chekc"],
      ["--check", "--watch"],
      ["--root", "/nowhere"],
      ["--root"],
      ["schema"],
      ["--root", root],
    );
    expect(outcomes.map(({ code, out }) => ({ code, out }))).toEqual(outcomes.map(() => ({ code: 2, out: "" })));
    expect(outcomes.map(({ err }) => err)).toEqual([
      "error: unknown option '--chekc'\n(Did you mean --check?)\n",
      "gen: --check and --watch exclude each other\n",
      "gen: /nowhere/schema/schema.json does not exist: is --root right?\n",
      "error: option '--root <dir>' argument missing\n",
      "error: too many arguments. Expected 0 arguments but got 1.\n",
      `gen: ${root}/schema holds no YAML files: is --root right?\n`,
    ]);
  });

  it("explains what it can do", async () => {
    const { code, out, err } = await gen("--help");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    for (const option of ["--check", "--watch", "--json", "--amend", "--root", "Exit codes: 0 done, 1 problems"])
      expect(out).toContain(option);
  });

  it("tells in one line when a file cannot be read", async () => {
    const broken = madeRoot();
    put(broken, "schema/schema.json", "{ broken");
    const odd = madeRoot();
    mkdirSync(join(odd, "schema/directory.yaml"));
    const strict = madeRoot();
    put(strict, "schema/schema.json", '{ "tpye": "object" }');
    const outcomes = await genEach(["--root", broken], ["--root", odd], ["--root", strict]);
    expect(outcomes.map(({ code, out }) => ({ code, out }))).toEqual(outcomes.map(() => ({ code: 3, out: "" })));
    const [json, directory, schema] = outcomes.map(({ err }) => err);
    expect(json).toMatch(/^gen: cannot read the schema: schema\/schema\.json: .+\n$/);
    expect(directory).toMatch(/^gen: cannot read the schema: EISDIR.+\n$/);
    expect(schema).toMatch(/^gen: cannot read the schema: schema\/schema\.json: strict mode: unknown keyword.+\n$/);
  });
});

describe("gen --watch", () => {
  it("generates again after each change, whatever the change brings", async () => {
    const root = madeRoot();
    // Editors leave files next to those that they edit; these are not part of the schema.
    put(root, "schema/.#structs.yaml", "structs: {");
    put(root, "schema/structs.yaml~", "structs: {");
    put(root, "schema/.cache/old.yaml", "structs: 5");
    const child = start("--watch", "--root", root);
    watchers.push(child);
    let seen = "";
    const wake = new Set<() => void>();
    const hear = (text: Buffer) => {
      seen += text;
      for (const look of wake) look();
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    child.once("close", () => {
      for (const look of wake) look();
    });
    /** Waits for a text in the output, and discards the output up to it. */
    const heard = (text: string) =>
      new Promise<void>((resolve, reject) => {
        const look = () => {
          const at = seen.indexOf(text);
          if (at < 0 && child.exitCode !== null) reject(new Error(`it ended without ${JSON.stringify(text)}: ${seen}`));
          if (at < 0) return;
          seen = seen.slice(at + text.length);
          wake.delete(look);
          resolve();
        };
        wake.add(look);
        look();
      });

    await heard("changed)");
    await heard("watching schema/ (Ctrl-C ends)\n");
    edit(root, "schema/structs.yaml", "Where it begins.", "Where it starts.");
    await heard("changed)");
    expect(readFileSync(join(root, "generated/codecs/structs/ckpt_hdr_thing.ts"), "utf8")).toContain(
      "Where it starts.",
    );

    edit(root, "schema/structs.yaml", "type: u64, format", "type: u46, format");
    await heard("1 problem; nothing was written\n");

    // Like editors: a new file replaces the old one.
    put(
      root,
      "schema/new",
      readFileSync(join(root, "schema/structs.yaml"), "utf8")
        .replace("u46", "u64")
        .replace("Where it starts.", "Its start."),
    );
    renameSync(join(root, "schema/new"), join(root, "schema/structs.yaml"));
    await heard("changed)");
    expect(readFileSync(join(root, "generated/codecs/structs/ckpt_hdr_thing.ts"), "utf8")).toContain("Its start.");

    rmSync(join(root, "schema/schema.json"));
    await heard("gen: cannot read the schema: ENOENT");
    expect(child.exitCode).toBeNull();
    child.kill("SIGTERM");
  });
});

describe("the output", () => {
  it("depends on the schema alone, not on the directory", async () => {
    const root = join(emptyRoot(), "deeper", "by", "far");
    cpSync(join(made, "schema"), join(root, "schema"), { recursive: true });
    summary(await gen("--root", root));
    expect(output(root)).toEqual(output(made));
  });

  it("holds no fact of the day or of the machine", () => {
    // A short host name may be a word of the documentation.
    const today = new Date().toISOString().slice(0, 10);
    const facts = [made, PROJECT, homedir(), hostname(), today, process.version].filter((text) => text.length > 4);
    const outputs = [...output(made), ...output(PROJECT.replace(/[\\/]$/, ""))];
    expect(outputs.length).toBeGreaterThan(300);
    for (const [path, text] of outputs)
      for (const fact of facts) expect(text.includes(fact), `${path} contains ${fact}`).toBe(false);
  });
});

describe("other runs", () => {
  it("are waited for", async () => {
    const root = madeRoot();
    edit(root, "schema/structs.yaml", "A thing.", "A thing that was edited.");
    const release = lockRoot(root);
    const child = start("--root", root);
    let told = "";
    let ended = false;
    child.once("exit", () => {
      ended = true;
    });
    await new Promise<void>((resolve) =>
      child.stderr?.setEncoding("utf8").on("data", (text) => {
        told += text;
        if (told.includes("\n")) resolve();
      }),
    );
    expect(told).toBe(`gen: waiting for process ${process.pid}, which is at work on the same schema\n`);
    expect(ended).toBe(false);
    // Edits made while it waited are included.
    edit(root, "schema/structs.yaml", "that was edited", "that was edited twice");
    const code = new Promise((resolve) => child.once("exit", resolve));
    release();
    expect(await code).toBe(0);
    expect([...output(root).values()].some((text) => text.includes("A thing that was edited twice."))).toBe(true);
    expect(await gen("--root", root, "--check")).toMatchObject({ code: 0 });
  });

  it("at the same time leave the output of the schema", async () => {
    const root = madeRoot();
    edit(root, "schema/structs.yaml", "A thing.", "A thing that was edited.");
    const outcomes = await Promise.all([
      genProcess("--root", root),
      genProcess("--root", root),
      genProcess("--root", root),
    ]);
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(await gen("--root", root, "--check")).toMatchObject({ code: 0, err: "" });
    expect(readdirSync(root).sort()).toEqual(["generated", "schema"]);
  });

  it.each([2, 30, 90])("are killed at change %d, and the output is the old or the new one", async (at) => {
    const root = madeRoot();
    const before = output(root);
    edit(root, "schema/structs.yaml", "A thing.", "A thing that was edited.");
    const killed = spawn(process.execPath, ["--import", "./test/kill-at.mjs", GEN, "--root", root], {
      cwd: PROJECT,
      stdio: "ignore",
      env: { ...process.env, KILL_AT: String(at), KILL_BELOW: root },
    });
    expect(await new Promise((resolve) => killed.once("exit", (_, signal) => resolve(signal)))).toBe("SIGKILL");
    expect(output(root)).toEqual(before);
    expect(await gen("--root", root)).toMatchObject({ code: 0, err: "" });
    expect(await gen("--root", root, "--check")).toMatchObject({ code: 0 });
    expect(readdirSync(root).sort()).toEqual(["generated", "schema"]);
  });

  it("that were killed between two renames are mended before the last output is read", async () => {
    const root = madeRoot();
    renameSync(join(root, "generated"), join(root, ".generated-old"));
    // Released structs and fields must stay in this case too.
    edit(root, "schema/structs.yaml", "      size: { type: u32, unit: bytes, doc: Its size. }\n", "");
    const { code, err } = await gen("--root", root);
    expect(code).toBe(1);
    expect(err).toMatch(/size/);
    expect(output(root)).toEqual(output(made));
  });

  it("of an import that was cut off are finished", async () => {
    const root = madeRoot();
    const old = readFileSync(join(root, "schema/structs.yaml"), "utf8");
    const next = old.replace("A thing.", "A thing that was imported.");
    put(root, "schema/.import-pending/old/structs.yaml", old);
    put(root, "schema/.import-pending/new/structs.yaml", next);
    // Commands that only read use the new text and leave the files unchanged.
    expect(await gen("--root", root, "--check")).toMatchObject({ code: 1 });
    expect(readFileSync(join(root, "schema/structs.yaml"), "utf8")).toBe(old);
    expect(await gen("--root", root)).toMatchObject({ code: 0 });
    expect(readFileSync(join(root, "schema/structs.yaml"), "utf8")).toBe(next);
    expect(readdirSync(join(root, "schema")).filter((name) => name.startsWith("."))).toEqual([]);
    expect([...output(root).values()].some((text) => text.includes("A thing that was imported."))).toBe(true);
  });

  it("of an import that was cut off before an edit are refused", async () => {
    const root = madeRoot();
    const old = readFileSync(join(root, "schema/structs.yaml"), "utf8");
    put(root, "schema/.import-pending/old/structs.yaml", `${old}# older\n`);
    put(root, "schema/.import-pending/new/structs.yaml", `${old}# newer\n`);
    const { code, err } = await gen("--root", root);
    expect(err).toBe(
      "gen: cannot begin: an import was interrupted, and schema/structs.yaml has been edited since; remove schema/.import-pending to keep the edit without the import, or the edit to finish the import\n",
    );
    expect(code).toBe(1);
  });
});
