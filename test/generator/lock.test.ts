/** The lock between processes: one at a time, and a killed process does not block others. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { takeLock } from "../../generator/write/lock.js";

let directory: string;
let prefix: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "ckpt-lock-"));
  prefix = join(directory, ".lock-");
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const MODULES = fileURLToPath(new URL("../../generator/write/", import.meta.url));
const NODE = ["--import", "tsx", "--input-type=module", "-e"];

function run(script: string) {
  const child = spawn(process.execPath, [...NODE, script], { stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    err += text;
  });
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
    child.once("close", (code) => resolve({ code, out, err })),
  );
  return { child, ended };
}

test("is there while it is held, and taken again by its own process without waiting", () => {
  const first = takeLock(prefix);
  const second = takeLock(prefix, () => expect.unreachable());
  expect(readdirSync(directory)).toHaveLength(1);
  first();
  expect(readdirSync(directory)).toHaveLength(1);
  second();
  expect(readdirSync(directory)).toEqual([]);
});

test("waits for the process that has it, and has it when that is killed", async () => {
  const { child } = run(`
    import { takeLock } from ${JSON.stringify(`${MODULES}lock.ts`)};
    takeLock(${JSON.stringify(prefix)});
    console.log("held");
    setInterval(() => {}, 1000);`);
  await new Promise((resolve) => child.stdout.once("data", resolve));
  const waited: number[] = [];
  const release = takeLock(prefix, (pid) => {
    waited.push(pid);
    process.kill(pid, "SIGKILL");
  });
  expect(waited).toEqual([child.pid]);
  expect(readdirSync(directory)).toEqual([expect.stringContaining(`.lock-${process.pid}-`)]);
  release();
});

test("of a process that is not there any more, or whose id another one has now, is none", () => {
  mkdirSync(`${prefix}${2 ** 22 + 1}-5`);
  // A process with this id runs, but has another start time. Start times are known on Linux only.
  if (process.platform === "linux") mkdirSync(`${prefix}${process.ppid}-1`);
  takeLock(prefix, () => expect.unreachable())();
  expect(readdirSync(directory)).toEqual([]);
});

test("several processes at a time write one whole tree after the other", async () => {
  const write = (name: string) => `
    import { write } from ${JSON.stringify(`${MODULES}index.ts`)};
    import { readdirSync, readFileSync } from "node:fs";
    for (let round = 0; round < 25; round++) {
      const text = (index) => index % 3 === 0 ? "same" : ${JSON.stringify(name)} + " " + round;
      const files = Array.from({ length: 20 }, (_, index) => ["generated/" + index, text(index)]);
      write(${JSON.stringify(directory)}, new Map(files));
    }`;
  const runs = ["one", "two", "three"].map((name) => run(write(name)));
  for (const { code, err } of await Promise.all(runs.map(({ ended }) => ended)))
    expect({ code, err }).toEqual({ code: 0, err: "" });
  const texts = Array.from({ length: 20 }, (_, index) =>
    readFileSync(join(directory, "generated", String(index)), "utf8"),
  );
  const own = texts[1] as string;
  expect(own).toMatch(/^(one|two|three) 24$/);
  expect(texts).toEqual(texts.map((_, index) => (index % 3 === 0 ? "same" : own)));
  expect(readdirSync(directory)).toEqual(["generated"]);
});
