/** The command as a separate process, between pipes. */
import { spawn, spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundled } from "../bundled.js";

const BIN = await bundled("test/cli/program.ts");
const IMAGE = fileURLToPath(new URL("../fixtures/images/v20h-tree-sub.img", import.meta.url));

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "ckpt-abi-pipe-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

function run(argv: readonly string[], stdin: Buffer | number | "ignore") {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...argv], {
    env: { ...process.env, TMPDIR: directory, NO_COLOR: "1" },
    encoding: "utf8",
    ...(typeof stdin === "object" ? { input: stdin } : { stdio: [stdin, "pipe", "pipe"] }),
  });
  return { status, stdout, stderr };
}

describe("the standard input", () => {
  it("may be a pipe, of which nothing stays behind", () => {
    const fromFile = run(["records", IMAGE], "ignore");
    const fromPipe = run(["records", "-"], readFileSync(IMAGE));
    expect(fromPipe).toEqual(fromFile);
    expect(fromFile).toMatchObject({ status: 0, stderr: "" });
    expect(readdirSync(directory)).toEqual([]);
  });

  it("may be the file itself", () => {
    const descriptor = openSync(IMAGE, "r");
    const { status, stdout } = run(["records", "-"], descriptor);
    closeSync(descriptor);
    expect(status).toBe(0);
    expect(stdout).toBe(run(["records", IMAGE], "ignore").stdout);
  });

  it("may be cut off", () => {
    const { status, stdout, stderr } = run(["records", "-"], readFileSync(IMAGE).subarray(0, 5000));
    expect(status).toBe(1);
    expect(stdout.split("\n").length).toBeGreaterThan(20);
    expect(stderr).toMatch(
      /^ckpt: -: \w+ at offset \d+.*\nckpt: the image is damaged there; everything before it was read\n$/,
    );
  });
});

describe("the names that Linux has for the standard output", () => {
  it.each([
    ["/dev/stdout", ["strip", IMAGE]],
    ["/dev/fd/1", ["convert", IMAGE, "--to", "v18", "--allow-loss"]],
    ["/proc/self/fd/1", ["core", IMAGE, "--task", "182"]],
    ["/dev/stdout", ["decode", IMAGE]],
    ["/dev/../dev/stdout", ["set", IMAGE, "task[0].comm=other"]],
  ])("are no file to be replaced: %s", (name, words) => {
    const into = (output: string) => {
      const file = join(directory, "appended");
      writeFileSync(file, "before\n");
      const descriptor = openSync(file, "a");
      const { status, stderr } = spawnSync(process.execPath, [BIN, ...words, "-o", output], {
        stdio: ["ignore", descriptor, "pipe"],
        encoding: "utf8",
      });
      closeSync(descriptor);
      return { status, stderr, written: readFileSync(file, "latin1") };
    };
    const expected = into("-");
    expect(expected.written).toMatch(/^before\n[\s\S]{1000}/);
    expect(into(name)).toEqual(expected);
  });

  it("other pipes are refused as what they are", () => {
    expect(run(["strip", IMAGE, "-o", "/dev/stderr"], "ignore")).toEqual({
      status: 4,
      stdout: "",
      stderr: "ckpt: cannot write /dev/stderr: it is a device or a pipe, not a file\n",
    });
  });
});

it("a reader that goes away ends the command quietly", async () => {
  const child = spawn(process.execPath, [BIN, "records", IMAGE, "--hex"], { stdio: ["ignore", "pipe", "pipe"] });
  let err = "";
  child.stderr.on("data", (data) => {
    err += data;
  });
  child.stdout.once("data", () => child.stdout.destroy());
  const status = await new Promise((resolve) => child.on("close", resolve));
  expect({ status, err }).toEqual({ status: 0, err: "" });
});
