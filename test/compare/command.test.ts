/** `npm run abi:check` as a process, in temporary git repositories. */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundled } from "../bundled.js";
import { edited, realSchema } from "../generator/mistake.js";
import { edit, put } from "../generator/root-files.js";
import { SMALL_SCHEMA } from "../generator/small-schema.js";
import { available } from "../requirement.js";
import { compared, V3 } from "./compared.js";

const PROGRAM = await bundled("scripts/abi-check.ts");

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
const hasGit = available("git");
const directories: string[] = [];

afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

function emptyRoot(): string {
  const root = mkdtempSync(join(tmpdir(), "ckpt-check-"));
  directories.push(root);
  return root;
}

/** Runs git without the user's settings. */
function git(root: string, ...args: readonly string[]): string {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };
  const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"];
  return execFileSync("git", [...identity, ...args], { cwd: root, env, encoding: "utf8" }).trim();
}

function commit(root: string, message: string): string {
  git(root, "add", ".");
  git(root, "commit", "--quiet", "--message", message);
  return git(root, "rev-parse", "HEAD");
}

function check(...args: readonly string[]): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd: PROJECT,
    encoding: "utf8",
  });
  return { code: status, stdout, stderr };
}

/** A repository whose first commit has no schema, and whose second, `released`, has the small one. */
const repository = emptyRoot();
let before: string;
let released: string;

beforeAll(() => {
  if (!hasGit) return;
  git(repository, "init", "--quiet");
  put(repository, "README", "Nothing yet.\n");
  before = commit(repository, "Begin");
  cpSync(join(PROJECT, "schema/schema.json"), join(repository, "schema/schema.json"));
  for (const { file, text } of SMALL_SCHEMA) put(repository, file, text);
  put(repository, "schema/.hidden.yaml", "structs: {");
  released = commit(repository, "Describe it");
  git(repository, "tag", "v1.0");
});

/** A copy of the repository, so that changes of tests do not affect each other. */
function copy(): string {
  const root = emptyRoot();
  cpSync(repository, root, { recursive: true });
  return root;
}

describe.skipIf(!hasGit)("abi-check", () => {
  it("finds nothing where nothing changed", () => {
    expect(check("--against", "v1.0", "--root", repository)).toEqual({
      code: 0,
      stdout: `v1..v2: nothing changed; compared with v1.0 (${released.slice(0, 12)})\n`,
      stderr: "",
    });
  });

  it("refuses a change of a released version, with place, reason and advice, and touches nothing", () => {
    const root = copy();
    edit(root, "schema/structs.yaml", "at: { type: u32", "at: { type: s32");
    edit(root, "schema/records.yaml", "Carries a thing.", "Has a thing.");
    const status = git(root, "status", "--porcelain");
    const outcome = check("--against", "v1.0", "--root", root);
    expect(outcome).toEqual({
      code: 1,
      stdout: `\
schema/structs.yaml:38:13: breaking: old images unreadable: ckpt_place.at: type u32 → s32
    every released version, v1..v2
    images already written under these versions would be decoded differently; give the change a new version instead: \`type: { v1: u32, <new version>: s32 }\`
schema/records.yaml:3:47: documentation only: record THING: summary reworded
    every released version, v1..v2
v1..v2: 1 breaking change (1 for old images, 0 for old readers), 1 change of documentation only; compared with v1.0 (${released.slice(0, 12)})
`,
      stderr: "",
    });
    expect(git(root, "status", "--porcelain")).toBe(status);
    // The change is committed; the gate compares with the given revision.
    commit(root, "Change it");
    expect(check("--against", "HEAD", "--root", root).code).toBe(0);
    expect(check("--against", "HEAD~1", "--root", root).code).toBe(1);
  });

  it("does not take a revision without architectures for one in which nothing changed", () => {
    const root = copy();
    const abi = readFileSync(join(root, "schema/abi.yaml"), "utf8");
    put(root, "schema/abi.yaml", abi.replace(/^arches:\n(?: {2}.*\n)+/m, "arches: {}\n"));
    commit(root, "Without architectures");
    put(root, "schema/abi.yaml", abi);
    expect(check("--against", "HEAD", "--root", root)).toEqual({
      code: 2,
      stdout: "",
      stderr:
        "abi-check: the schema at HEAD describes no version on any architecture, so nothing was compared: compare with a revision that does\n",
    });
  });

  it("lets pass what is only documentation, and a new version", () => {
    const root = copy();
    for (const { file, text } of edited(SMALL_SCHEMA, ...V3, ["structs.yaml", "Its number.", "The number."]))
      put(root, file, text);
    const { code, stdout } = check("--against", "v1.0", "--root", root);
    expect({ code, lines: stdout.split("\n") }).toEqual({
      code: 0,
      lines: [
        "schema/structs.yaml:38:24: documentation only: ckpt_place.at: doc reworded",
        "    every released version, v1..v2",
        "new version v3 on tiny32, tiny64: free to differ",
        `v1..v2: nothing breaking, 1 change of documentation only; compared with v1.0 (${released.slice(0, 12)})`,
        "",
      ],
    });
  });

  it("gives the same as JSON", () => {
    const root = copy();
    edit(root, "schema/records.yaml", "number: { v1: 3, v2: 4 }", "number: 4");
    const { code, stdout, stderr } = check("--against", "v1.0", "--json", "--root", root);
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      against: "v1.0",
      commit: released,
      entries: [
        {
          effect: "images",
          kind: "number-changed",
          file: "schema/records.yaml",
          line: 4,
          column: 10,
          gone: false,
          subject: "record BOX",
          from: "3",
          to: "4",
          message: "record BOX: number 3 → 4",
          abis: { tiny32: "v1..v1", tiny64: "v1..v1" },
          where: "v1 on tiny32, tiny64",
          affected: "images already written under these versions would be decoded differently",
          advice: "give the change a new version instead: `number: { v1: 3, <new version>: 4 }`",
        },
      ],
      information: [],
      breaking: 1,
      summary: "v1..v2: 1 breaking change (1 for old images, 0 for old readers), 0 changes of documentation only",
    });
  });

  it("judges an older notation by its own JSON Schema", () => {
    const root = copy();
    // A later JSON Schema with a required key that the released schema lacks.
    edit(
      root,
      "schema/schema.json",
      '"required": ["date", "evidence", "summary"]',
      '"required": ["date", "evidence", "summary", "commit"]',
    );
    for (const { file, text } of SMALL_SCHEMA)
      if (file === "schema/abi.yaml") put(root, file, text.replaceAll(", evidence", ", commit: abcdef0, evidence"));
    const { code, stdout } = check("--against", "v1.0", "--root", root);
    expect({ code, first: stdout.split("\n")[0] }).toEqual({
      code: 0,
      first: "schema/abi.yaml:2:27: documentation only: version v1: commit none → abcdef0",
    });
  });
});

describe.skipIf(!hasGit)("abi-check explains why it cannot compare", () => {
  it("when it is used wrongly", () => {
    const nowhere = emptyRoot();
    const outcomes = [
      check(),
      check("--agianst", "HEAD"),
      check("--against", "HEAD", "more"),
      check("--against", "v9.9", "--root", repository),
      check("--against", "--help", "--root", repository),
      check("--against", before, "--root", repository),
      check("--against", "HEAD", "--root", nowhere),
    ];
    expect(outcomes.map(({ code, stdout }) => ({ code, stdout }))).toEqual(
      outcomes.map(() => ({ code: 2, stdout: "" })),
    );
    expect(outcomes.map(({ stderr }) => stderr)).toEqual([
      "abi-check: --against is missing: say which revision was released, e.g. --against origin/main, or --against HEAD for changes that are not committed\n",
      "error: unknown option '--agianst'\n(Did you mean --against?)\n",
      "error: too many arguments. Expected 0 arguments but got 1.\n",
      "abi-check: git knows no revision `v9.9`: name a tag, branch or commit of this repository (a shallow clone needs: git fetch --unshallow)\n",
      "abi-check: git knows no revision `--help`: name a tag, branch or commit of this repository (a shallow clone needs: git fetch --unshallow)\n",
      `abi-check: ${before} has no schema (schema/schema.json and YAML files): compare with a later revision\n`,
      `abi-check: ${nowhere}/schema/schema.json does not exist: is --root right?\n`,
    ]);
  });

  it("when there is no repository", () => {
    const root = emptyRoot();
    cpSync(join(repository, "schema"), join(root, "schema"), { recursive: true });
    const { code, stderr } = check("--against", "HEAD", "--root", root);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringMatching(/^abi-check: git finds no repository at \S+: fatal: not a git repository/),
    });
  });

  it("when one of the schemas has problems, and shows the first", () => {
    const root = copy();
    edit(root, "schema/structs.yaml", "at: { type: u32", "at: { type: u23");
    expect(check("--against", "v1.0", "--root", root)).toEqual({
      code: 3,
      stdout: "",
      stderr: `\
abi-check: the schema in the working tree has a problem: run: npm run gen
schema/structs.yaml:38:19: unknown type \`u23\`: did you mean \`u32\`? [unknown-type]
  38 |       at: { type: u23, doc: Its number. }
     |                   ^
`,
    });
    commit(root, "Break it");
    edit(root, "schema/structs.yaml", "at: { type: u23", "at: { type: u32");
    expect(check("--against", "HEAD", "--root", root)).toMatchObject({
      code: 3,
      stdout: "",
      stderr: expect.stringMatching(
        /^abi-check: the schema at HEAD has a problem: compare with a later revision, whose notation is today's\n/,
      ),
    });
    edit(root, "schema/schema.json", "{", "{{");
    expect(check("--against", "v1.0", "--root", root)).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(
        /^abi-check: the schema in the working tree cannot be read: .*: run: npm run gen\n$/,
      ),
    });
  });

  it("when the notation of the older schema is one that is no longer read", () => {
    const root = copy();
    const [schema, structs] = ["schema/schema.json", "schema/structs.yaml"].map((name) =>
      readFileSync(join(root, name), "utf8"),
    ) as [string, string];
    put(root, "schema/schema.json", "{}");
    put(root, "schema/structs.yaml", "structs: { first: 5 }\n");
    commit(root, "Another notation");
    put(root, "schema/schema.json", schema);
    put(root, "schema/structs.yaml", structs);
    expect(check("--against", "HEAD", "--root", root)).toMatchObject({
      code: 3,
      stdout: "",
      stderr: expect.stringMatching(
        /^abi-check: the schema at HEAD has .*: compare with a later revision, whose notation is today's\nschema\/structs\.yaml:1:/,
      ),
    });
  });

  it("and what it can do", () => {
    const { code, stdout } = check("--help");
    expect(code).toBe(0);
    for (const part of [
      "--against <ref>",
      "--json",
      "--root <dir>",
      "Exit codes: 0 nothing breaking, 1 breaking changes, 2",
    ])
      expect(stdout).toContain(part);
  });
});

describe("the schema of the project", () => {
  it("is compatible with itself", () => {
    const report = compared(realSchema(), realSchema());
    expect(report).toMatchObject({ entries: [], information: [], breaking: 0 });
  });

  it("tells a change of the record header once, not for every record", () => {
    const report = compared(
      realSchema(),
      realSchema().map(({ file, text }) => ({
        file,
        text: file.endsWith("/image.yaml")
          ? text.replace(
              /( {2}ckpt_hdr:\n(?:.*\n)*? {4}fields:\n)/,
              "$1      flags: { type: u64, doc: Flags of the record. }\n",
            )
          : text,
      })),
    );
    expect(report.entries.map(({ subject }) => subject)).toContain("ckpt_hdr.flags");
    expect(new Set(report.entries.map(({ subject }) => subject.split(".")[0]))).toEqual(new Set(["ckpt_hdr"]));
  });
});
