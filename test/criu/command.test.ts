/** `ckpt convert --to criu`: what it prints and writes, and what it leaves alone. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { ckpt } from "../cli/ckpt.js";
import { pathOfReal } from "../opened.js";

const base = mkdtempSync(join(tmpdir(), "ckpt-criu-command-"));
afterAll(() => rmSync(base, { recursive: true }));

let folder: string;
let count = 0;
beforeEach(() => {
  folder = join(base, String(count++));
  mkdirSync(folder);
});

const MINIMAL = pathOfReal("x86_64-self-min.img");
const TREE = pathOfReal("v20h-tree-sub.img");
const convert = (image: string, ...argv: string[]) => ckpt(["convert", image, "--to", "criu", ...argv]);

describe("ckpt convert --to criu", () => {
  it("plans without writing", async () => {
    const { code, out, err } = await convert(TREE, "--plan");
    expect([code, err]).toEqual([1, ""]);
    expect(out).toContain("\nmade up\n");
    expect(out).toContain(
      "TASK_OBJS.mm_objref: the process shares its memory with process 182, and CRIU gives it a copy",
    );
    expect(out).toMatch(/\nsomething is lost, which --allow-loss allows\n$/);
    expect((await convert(MINIMAL, "--plan")).code).toBe(0);
  });

  it("writes nothing if something is lost, unless that is allowed", async () => {
    const place = join(folder, "dump");
    const refused = await convert(TREE, "-o", place);
    expect([refused.code, readdirSync(folder)]).toEqual([1, []]);
    const { code, out } = await convert(TREE, "-o", place, "--allow-loss");
    expect(code).toBe(0);
    expect(readdirSync(folder)).toEqual(["dump"]);
    expect(readdirSync(place)).toEqual(
      expect.arrayContaining(["README", "inventory.img", "pstree.img", "core-182.img", "pages-1.img"]),
    );
    expect(out).toContain("restore it there, as root, with: unshare --pid --fork --mount-proc criu restore");
    expect(readFileSync(join(place, "README"), "utf8")).toContain("/bin/ck (program, the same file as then; mapped");
  });

  it("fills an empty directory and leaves any other as it is", async () => {
    const place = join(folder, "dump");
    mkdirSync(place);
    expect((await convert(MINIMAL, "-o", place)).code).toBe(0);
    const files = readdirSync(place);
    const again = await convert(MINIMAL, "-o", place);
    expect(again).toMatchObject({
      code: 2,
      err: `ckpt: ${place} is not empty, and is not overwritten; name a new directory\n`,
    });
    expect(readdirSync(place)).toEqual(files);
    const file = join(folder, "file");
    writeFileSync(file, "mine");
    expect(await convert(MINIMAL, "-o", file)).toMatchObject({
      code: 4,
      err: expect.stringContaining("it exists and is no directory"),
    });
    expect(readFileSync(file, "utf8")).toBe("mine");
    expect(readdirSync(folder).sort()).toEqual(["dump", "file"]);
    expect(await convert(MINIMAL, "-o", join(folder, "none", "dump"))).toMatchObject({ code: 4 });
  });

  it("says what is missing or wrong on the command line", async () => {
    const wrong = async (...argv: string[]) => (await convert(MINIMAL, ...argv)).err;
    expect(await wrong()).toContain("where to? -o takes a new directory; --plan writes none");
    expect(await wrong("-o", "-")).toContain("a dump is a directory; name a new one with -o");
    expect(await wrong("--plan", "--kernel", "2.6.33")).toContain("--kernel is not for CRIU");
    expect((await ckpt(["convert", MINIMAL, "--to", "v21", "--plan", "--vdso", "drop"])).err).toContain(
      "--vdso is for --to criu only",
    );
    expect(await convert(MINIMAL, "--plan", "--vdso", join(folder, "none"))).toMatchObject({
      code: 3,
      err: expect.stringContaining("there is no such file"),
    });
    writeFileSync(join(folder, "empty"), "");
    expect(await wrong("--plan", "--vdso", join(folder, "empty"))).toContain(
      "it has 0 bytes, and the code of a kernel has some pages",
    );
  });

  it("prints the plan as JSON", async () => {
    const { out } = await convert(TREE, "--plan", "--json");
    expect(JSON.parse(out)).toMatchObject({
      ...{ from: "v19/x86_32", to: "CRIU", obstacles: [], output: null },
      losses: expect.arrayContaining([
        expect.objectContaining({
          record: "TASK_OBJS",
          field: "mm_objref",
          count: 1,
          examples: [expect.objectContaining({ place: "task 188 (ck)", value: "16" })],
        }),
      ]),
      needs: {
        ...{ machine: "x86_64", compat: true, pids: [182, 183, 184, 185, 186, 187, 188], newPidNamespace: false },
        files: expect.arrayContaining([
          { path: "/bin/ck", uses: ["program", "mapped"], size: 38676, leastSize: 38676 },
        ]),
      },
    });
  });

  it("refuses an image without memory, a failed checkpoint, damage, and architectures that CRIU does not have", async () => {
    const of = async (name: string) => (await convert(pathOfReal(name), "--plan")).out;
    expect(await of("v16-tree-notfrozen.img")).toContain(
      "the image has no tasks, because the checkpoint failed before them",
    );
    const cut = join(folder, "cut.img");
    writeFileSync(cut, readFileSync(MINIMAL).subarray(0, 20_000));
    expect(await convert(cut, "--plan")).toMatchObject({
      code: 3,
      err: expect.stringContaining("the image is damaged"),
    });
  });
});

describe("--check-files", () => {
  const image = pathOfReal("x86_64-self-min.img");
  const program = readFileSync(new URL("../fixtures/programs/ck.x86_64", import.meta.url));
  const check = async (files: Record<string, Uint8Array>) => {
    for (const [path, bytes] of Object.entries(files)) {
      mkdirSync(join(folder, path, ".."), { recursive: true });
      writeFileSync(join(folder, path), bytes);
    }
    const { code, out } = await convert(image, "--plan", "--check-files", folder);
    return {
      code,
      program: /^ {2}\/bin\/ck .*$/m.exec(out)?.[0],
      open: /^ {2}\/out\/self-min.img .*$/m.exec(out)?.[0],
    };
  };

  it("knows the program by its size and its entry point", async () => {
    expect(await check({ "bin/ck": program, "out/self-min.img": Buffer.alloc(1) })).toMatchObject({
      program: expect.stringContaining(": same size, entry point"),
      open: expect.stringContaining(": there"),
    });
  });

  it("finds what is missing, of another size, or another program", async () => {
    expect(await check({ "bin/ck": program })).toMatchObject({ code: 1, open: expect.stringContaining("is missing") });
    expect(await check({ "bin/ck": Buffer.alloc(10) })).toMatchObject({
      code: 1,
      program: expect.stringContaining("has 10 bytes instead of 44152"),
    });
    const other = Buffer.from(program);
    other.writeBigUInt64LE(0x400100n, 24);
    expect(await check({ "bin/ck": other })).toMatchObject({
      code: 1,
      program: expect.stringContaining("is another program: it begins at 0x400100"),
    });
  });
});

describe("a stripped image", () => {
  it("has nothing to run", async () => {
    const place = join(folder, "stripped.img");
    expect((await ckpt(["strip", MINIMAL, "-o", place])).code).toBe(0);
    const { code, out } = await convert(place, "--plan");
    expect(code).toBe(1);
    expect(out).toContain("the image has no page of memory, as when it was stripped, so there is nothing to run");
  });
});
