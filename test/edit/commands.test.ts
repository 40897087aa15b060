import {
  copyFileSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ckpt } from "../cli/ckpt.js";

const FIXTURE = fileURLToPath(new URL("../fixtures/images/v16-tree-sub.img", import.meta.url));
const original = readFileSync(FIXTURE);

let folder = "";
let image = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ckpt-set-"));
  image = join(folder, "app.img");
  copyFileSync(FIXTURE, image);
});

afterEach(() => rmSync(folder, { recursive: true }));

const done = (out: string) => ({ code: 0, out, err: "" });
const pick = ({ code, out, err }: Awaited<ReturnType<typeof ckpt>>) => ({ code, out, err });
const run = async (...argv: string[]) => pick(await ckpt(argv));
const refused = (message: string) => ({ code: 2, out: "", err: `ckpt: ${message}\n` });

describe("ckpt get", () => {
  it("prints a single value alone and several with their paths", async () => {
    expect(await run("get", image, "header.rev")).toEqual(done("1\n"));
    expect(await run("get", image, "header.rev", "task[5].comm")).toEqual(
      done("header.rev = 1\ntask[5].comm = kid-spin\n"),
    );
    expect(await run("get", image, "task[*].comm")).toEqual(
      done(
        ["tree-root", "kid-reader", "grandkid", "kid-sleeper", "kid-poll", "kid-spin", "ck"]
          .map((name, i) => `task[${i}].comm = ${name}\n`)
          .join(""),
      ),
    );
  });

  it("prints what is in a record", async () => {
    expect(await run("get", image, "header_arch")).toEqual(
      done("header_arch.has_fxsr = 1\nheader_arch.has_xsave = 0\nheader_arch.xstate_size = 512\n"),
    );
  });

  it("lists paths, with values if asked", async () => {
    expect(await run("get", image, "--list", "header_arch")).toEqual(
      done("header_arch.has_fxsr\nheader_arch.has_xsave\nheader_arch.xstate_size\n"),
    );
    expect(await run("get", image, "-l", "header_arch.has_f", "--values")).toEqual(done("header_arch.has_fxsr = 1\n"));
    const { out } = await run("get", image, "--list");
    expect(out.split("\n").length).toBeGreaterThan(900);
    const all = JSON.parse((await run("get", image, "--list", "--json")).out);
    expect(all).toEqual(out.trimEnd().split("\n"));
  });

  it("prints JSON with places", async () => {
    const [field, ...others] = JSON.parse((await run("get", image, "header.rev", "--json")).out);
    expect(field).toEqual({ path: "header.rev", value: 1, text: "1", type: "u16", offset: 24, size: 2 });
    expect(others).toEqual([]);
  });

  it("prints bytes as they are", async () => {
    const { bytes } = await ckpt(["get", image, "machine", "--raw"]);
    expect(Buffer.from(bytes).toString("latin1")).toBe("i686".padEnd(65, "\0"));
    const page = await ckpt(["get", image, "mm[0].vma[1].page_batch[0]", "--raw"]);
    expect(page.bytes.length % 4100).toBe(0);
    const terminal = await ckpt(["get", image, "mm[0].vma[1].page_batch[0]", "--raw"], { terminal: 80 });
    expect(pick(terminal)).toEqual(refused("--raw does not print bytes to a terminal; redirect the output"));
  });

  it("escapes what would steer the terminal", async () => {
    await run("set", image, 'task[0].comm="\\x1b[31mred"', "-i");
    expect((await run("get", image, "task[0].comm")).out).toBe('"\\x1b[31mred"\n');
    const raw = (path: string) => ckpt(["get", image, path, "--raw"], { terminal: 80 });
    expect(pick(await raw("task[0].comm"))).toEqual(
      refused("--raw does not print bytes to a terminal; redirect the output"),
    );
    expect((await raw("machine")).code).toBe(0);
  });

  it.each([
    [[], "no field is named: give a path, or --list to see all paths"],
    [["header.revv"], "header.revv: column 8: there is no revv here; did you mean rev?"],
    [["header.rev", "--values"], "--values and --all go with --list"],
    [
      ["header.rev", "--list"],
      "--list prints all paths and takes no others; --list PREFIX prints those that begin with it",
    ],
    [["header", "--raw"], "--raw prints the bytes of one field"],
    [["header.rev", "--raw", "--json"], "--raw and --json exclude each other"],
  ])("refuses %j", async (argv, message) => {
    expect(await run("get", image, ...argv)).toEqual(refused(message));
  });
});

describe("ckpt set", () => {
  it("writes a new image and tells what it did", async () => {
    const output = join(folder, "new.img");
    expect(await run("set", image, "task[0].comm=worker", "header.rev=1", "-o", output)).toEqual(
      done("task[0].comm: tree-root -> worker\nheader.rev: 1 (as it was)\n"),
    );
    expect(readFileSync(image).equals(original)).toBe(true);
    expect(await run("get", output, "task[0].comm")).toEqual(done("worker\n"));
    expect(readdirSync(folder).sort()).toEqual(["app.img", "new.img"]);
  });

  it("replaces the image in place, also behind a link", async () => {
    const link = join(folder, "link");
    symlinkSync("app.img", link);
    expect((await run("set", link, "file[0].path=/elsewhere", "--in-place")).code).toBe(0);
    expect(await run("get", image, "file[0].path")).toEqual(done("/elsewhere\n"));
    expect(statSync(image).size).toBe(original.length + "/elsewhere".length - "/data/file1".length);
  });

  it("-o with the name of the image is the same", async () => {
    expect((await run("set", image, "task[0].comm=same", "-o", image)).code).toBe(0);
    expect(await run("get", image, "task[0].comm")).toEqual(done("same\n"));
  });

  it("tells of other names of the old image", async () => {
    linkSync(image, join(folder, "second"));
    const { err, code } = await run("set", image, "task[0].comm=x", "-i");
    expect({ err, code }).toEqual({
      code: 0,
      err: `ckpt: ${image} has 1 more name (hard links), under which the old image remains\n`,
    });
  });

  it("writes to the standard output", async () => {
    const { bytes, code, err } = await ckpt(["set", image, "task[0].comm=out", "-o", "-"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    writeFileSync(join(folder, "out.img"), bytes);
    expect(await run("get", join(folder, "out.img"), "task[0].comm")).toEqual(done("out\n"));
  });

  it("does nothing in a dry run, and nothing where nothing changes", async () => {
    const { mtimeMs, ino } = statSync(image);
    expect((await run("set", image, "task[0].comm=x", "--dry-run")).out).toBe("task[0].comm: tree-root -> x\n");
    expect((await run("set", image, "header.rev=1", "--in-place")).out).toBe("header.rev: 1 (as it was)\n");
    expect(statSync(image)).toMatchObject({ mtimeMs, ino });
  });

  it("prints JSON", async () => {
    const { out } = await run("set", image, "header.patch=31", "-n", "--json");
    expect(JSON.parse(out)).toEqual({
      output: null,
      edits: [{ path: "header.patch", before: "30", after: "31", changed: true, offset: 22, size: 2 }],
      warnings: ['BUFFER at offset 48: expected a text that begins with 2.6.31, found "2.6.30-rc7"'],
    });
  });

  it("shows short texts, also of long arrays", async () => {
    expect((await run("set", image, "release=2.6.30", "-n")).out).toBe("release: 2.6.30-rc7 -> 2.6.30\n");
    const long = `/${"x".repeat(99)}`;
    expect((await run("set", image, `file[0].path=${long}`, "-n")).out).toBe(
      "file[0].path: /data/file1 -> 101 bytes\n",
    );
  });

  it("tells a few of many warnings, and all in JSON", async () => {
    const states = [0, 1, 2, 3, 4, 5, 6].map((task) => `task[${task}].state=77`);
    const { err } = await run("set", image, ...states, "-n");
    expect(err.match(/^ckpt: warning: /gm)).toHaveLength(5);
    const more = Number(/^ckpt: (\d+) more warnings; --json has all$/m.exec(err)?.[1]);
    const { out } = await run("set", image, ...states, "-n", "--json");
    expect(JSON.parse(out).warnings).toHaveLength(5 + more);
  });

  it("refuses a path that no kernel reads", async () => {
    const { code, err } = await run("set", image, `file[0].path=/${"x".repeat(4095)}`, "-n");
    expect([code, err]).toEqual([1, expect.stringContaining("expected at most 4096 bytes of a path, found 4097\n")]);
    expect((await run("set", image, `file[0].path=/${"x".repeat(4094)}`, "-n")).code).toBe(0);
  });

  it("refuses what would break the image, unless forced", async () => {
    const { code, err, out } = await run("set", image, "tree.nr_tasks=3", "-i");
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toMatch(
      /^ckpt: BUFFER at offset 299 .*expected 72 bytes of pids, found 168 bytes\nckpt: TASK at offset \d+ .*expected TAIL/,
    );
    expect(err).toContain("ckpt: the image would be broken, so nothing was changed; --force does it all the same\n");
    expect(readFileSync(image).equals(original)).toBe(true);
    const forced = await run("set", image, "tree.nr_tasks=3", "-i", "--force");
    expect(forced.err).toMatch(/^ckpt: warning: BUFFER at offset 299/);
    expect(readFileSync(image).equals(original)).toBe(false);
  });

  it.each([
    [
      ["task[0].comm=x"],
      "choose where the result goes: -o FILE for a new file, --in-place to replace the image, or --dry-run for neither",
    ],
    [
      ["task[0].comm=x", "-i", "-n"],
      "choose where the result goes: -o FILE for a new file, --in-place to replace the image, or --dry-run for neither",
    ],
    [["task[0].comm", "-n"], "task[0].comm: column 13: expected = and a value"],
    [
      ["task[0].comm=0123456789abcdef", "-n"],
      "task[0].comm: the text takes 16 bytes, and its array has room for 15 and a closing NUL",
    ],
  ])("refuses %j", async (argv, message) => {
    expect(await run("set", image, ...argv)).toEqual(refused(message));
  });

  it("says what keeps it from writing", async () => {
    const nowhere = join(folder, "no/new.img");
    expect(await run("set", image, "task[0].comm=x", "-o", nowhere)).toEqual({
      code: 4,
      out: "",
      err: `ckpt: cannot write ${nowhere}: there is no such directory\n`,
    });
    expect((await run("set", "-", "task[0].comm=x", "-i")).err).toBe(
      "ckpt: --in-place needs a file; an image from the standard input is written with -o FILE\n",
    );
  });
});
