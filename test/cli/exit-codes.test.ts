/** Exit codes of every command by kind of error: 3 only when the input cannot be read. */
import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { IMAGE_COMMANDS } from "../../tools/cli/commands/index.js";
import { run } from "../../tools/cli/main.js";
import { available } from "../requirement.js";
import { ckpt } from "./ckpt.js";

const PROJECT = fileURLToPath(new URL("../..", import.meta.url));
const FIXTURE = join(PROJECT, "test/fixtures/images/v16-self-full.img");

const folder = mkdtempSync(join(tmpdir(), "ckpt-exit-"));
const image = join(folder, "app.img");
const text = join(folder, "app.json");
const nonsense = join(folder, "nonsense");
const cut = join(folder, "cut.img");
/** Cannot be created, because its folder would be a file. */
const nowhere = join(nonsense, "out");

beforeAll(async () => {
  copyFileSync(FIXTURE, image);
  writeFileSync(text, (await ckpt(["decode", image])).out);
  writeFileSync(nonsense, "no image at all\n");
  writeFileSync(cut, readFileSync(FIXTURE).subarray(0, 5000));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Arguments for each command, except for the image and the output. */
const ARGUMENTS: Readonly<
  Record<string, { readonly more?: readonly string[]; readonly writes?: true; readonly stays?: true }>
> = {
  info: {},
  ps: {},
  maps: {},
  fds: {},
  regs: {},
  signals: {},
  creds: {},
  sockets: {},
  ipc: {},
  ns: {},
  env: {},
  auxv: {},
  records: {},
  verify: {},
  // It runs until a signal ends it, see view.test.ts.
  view: { stays: true },
  report: {},
  decode: { writes: true },
  encode: { writes: true },
  get: { more: ["task[0].comm"] },
  set: { more: ["task[0].comm=other"], writes: true },
  peek: { more: ["0x804f000"] },
  poke: { more: ["0x804f000=01"], writes: true },
  search: { more: ["00"] },
  diff: { more: [FIXTURE] },
  strip: { writes: true },
  core: { writes: true },
  convert: { more: ["--to", "v19"], writes: true },
};

const names = Object.keys(ARGUMENTS);

function argv(name: string, input: string, output: string): string[] {
  const { more = [], writes } = ARGUMENTS[name] ?? {};
  return [name, input, ...more, ...(writes ? ["-o", output] : [])];
}

/** Exactly one line with the reason. */
const LINE = /^(ckpt: [^\n]+\n)+$/;

it("knows all commands", () => {
  expect(names.sort()).toEqual(Object.keys(IMAGE_COMMANDS).sort());
});

describe.each(names)("ckpt %s", (name) => {
  const good = name === "encode" ? text : image;
  const { writes, stays } = ARGUMENTS[name] ?? {};

  it.skipIf(stays)("0 when it is done", async () => {
    const out = join(folder, `${name}.out`);
    expect(await ckpt(argv(name, good, out))).toMatchObject({ code: 0 });
    expect(existsSync(out)).toBe(writes === true);
  });

  it("2 for an option or an argument that it does not have", async () => {
    for (const wrong of [[...argv(name, good, nowhere), "--nonsense"], [name]]) {
      const { code, err } = await ckpt(wrong);
      expect([code, err]).toEqual([2, expect.stringMatching(LINE)]);
    }
  });

  it("3 for a file that is not there, a directory, and one that holds something else", async () => {
    for (const input of [join(folder, "missing"), folder, nonsense]) {
      const { code, err } = await ckpt(argv(name, input, join(folder, "never")));
      expect([input, code, err]).toEqual([input, 3, expect.stringMatching(LINE)]);
      expect(existsSync(join(folder, "never"))).toBe(false);
    }
  });

  it.runIf(writes)("4 for an output that cannot be written", async () => {
    for (const output of [nowhere, join(folder, "missing/out"), folder]) {
      const { code, err } = await ckpt(argv(name, good, output));
      expect([output, code, err]).toEqual([output, 4, expect.stringMatching(/^ckpt: cannot write .*\n$/)]);
    }
  });

  it("4 for a standard output that is full", async () => {
    const { more = [] } = ARGUMENTS[name] ?? {};
    const args = [name, good, ...more, ...(writes ? ["-o", "-"] : [])];
    const err: string[] = [];
    const full = () => {
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC", syscall: "write" });
    };
    const code = await run(
      args,
      { out: { write: full }, err: { write: (data) => err.push(Buffer.from(data as string).toString()) }, env: {} },
      "1",
    );
    expect([code, err.join("")]).toEqual([4, expect.stringContaining("no space left on device")]);
  });
});

it.runIf(existsSync("/dev/full")).each(["info", "decode"])(
  "4 when %s finds a device full",
  (name) => {
    const script = `exec "$0" "$1" ${name} "$2" >/dev/full`;
    const { status, stderr } = spawnSync("sh", ["-c", script, process.execPath, join(PROJECT, "bin/ckpt.js"), image]);
    expect([status, stderr.toString()]).toEqual([4, expect.stringMatching(/ckpt: .*no space left on device/i)]);
  },
  120_000,
);

describe("1 for what was found", () => {
  it.each(["convert", "strip", "core"])("a damaged image is no input for %s: 3", async (name) => {
    expect((await ckpt(argv(name, cut, join(folder, "never")))).code).toBe(3);
  });

  it("what a version cannot hold", async () => {
    const tree = join(PROJECT, "test/fixtures/images/v20h-tree-thread.img");
    for (const to of ["v16", "v17"])
      expect((await ckpt(["convert", tree, "--to", to, "-o", join(folder, "never")])).code).toBe(1);
  });

  it("an edit that would break the image", async () => {
    const { code, err } = await ckpt(["set", image, "task[0].task_objs.mm_objref=999", "--dry-run"]);
    expect([code, err]).toEqual([1, expect.stringContaining("the image would be broken")]);
  });

  it("damage behind what is shown", async () => {
    expect((await ckpt(["info", cut])).code).toBe(1);
    expect((await ckpt(["verify", cut])).code).toBe(1);
  });
});

it.skipIf(!available("mkfifo"))(
  "4 when there is no room for what comes through a pipe",
  async () => {
    const pipe = join(folder, "pipe");
    expect(spawnSync("mkfifo", [pipe]).status).toBe(0);
    const writer = spawn("sh", ["-c", 'exec cat "$0" >"$1"', image, pipe]);
    const ended = new Promise((resolve) => writer.on("close", resolve));
    const { TMPDIR } = process.env;
    process.env.TMPDIR = nonsense;
    try {
      const { code, err } = await ckpt(["info", pipe]);
      expect([code, err]).toEqual([4, expect.stringContaining(`ckpt: cannot write ${nonsense}: `)]);
    } finally {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
      await ended;
    }
  },
  60_000,
);

it("tells all of them in its help", async () => {
  const { out } = await ckpt(["--help"]);
  for (const code of [0, 1, 2, 3, 4]) expect(out).toMatch(new RegExp(`Exit codes: .*\\b${code} `, "s"));
});
