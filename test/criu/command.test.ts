/** `ckpt convert --to criu`: what it prints and writes, and what it leaves alone. */
import {
  chmodSync,
  mkdirSync,
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
    const { code: lossy, out: told } = await convert(MINIMAL, "--plan");
    expect([lossy, told]).toEqual([1, expect.stringContaining("accept that with --vdso drop")]);
    expect((await convert(MINIMAL, "--plan", "--vdso", "drop")).code).toBe(0);
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
    expect(readFileSync(join(place, "README"), "utf8")).toContain(
      "/bin/ck (program, the same file as then, executable; mapped",
    );
  });

  it("leaves alone what exists, and gives others no access to what it makes", async () => {
    const place = join(folder, "dump");
    const make = (to: string) => convert(MINIMAL, "--vdso", "drop", "-o", to);
    expect((await make(place)).code).toBe(0);
    expect(statSync(place).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(place)) expect(statSync(join(place, name)).mode & 0o777).toBe(0o600);
    const empty = join(folder, "empty");
    mkdirSync(empty);
    const file = join(folder, "file");
    writeFileSync(file, "mine");
    const link = join(folder, "link");
    symlinkSync("empty", link);
    for (const there of [place, empty, file, link, `${link}/`, `${empty}//`])
      expect(await make(there)).toMatchObject({
        code: 2,
        err: `ckpt: ${there} exists, and is left alone; name a new directory\n`,
      });
    expect(await make("")).toMatchObject({ code: 2, err: "ckpt: the name of the directory is empty\n" });
    expect(readFileSync(file, "utf8")).toBe("mine");
    expect(readdirSync(folder).sort()).toEqual(["dump", "empty", "file", "link"]);
    expect(await make(join(folder, "none", "dump"))).toMatchObject({ code: 4 });
    expect((await make(`${join(folder, "slash")}/`)).code).toBe(0);
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
    expect(await wrong("--plan", "--capabilities", "all")).toContain("--capabilities takes hexadecimal digits");
    writeFileSync(join(folder, "text"), "hello, this is no program");
    expect(await convert(MINIMAL, "--plan", "--vdso", join(folder, "text"))).toMatchObject({
      ...{ code: 1, out: expect.stringContaining("the supplied vdso is no ELF file") },
    });
    writeFileSync(join(folder, "empty"), "");
    expect(await wrong("--plan", "--vdso", join(folder, "empty"))).toContain(
      "it has 0 bytes, and the code of a kernel has some pages",
    );
  });

  it("drops capabilities that the machine does not have, and tells it", async () => {
    const { out } = await convert(MINIMAL, "--plan", "--vdso", "drop");
    expect(out).toContain("root with the capabilities 000001ffffffffff");
    const fewer = await convert(MINIMAL, "--plan", "--vdso", "drop", "--capabilities", "000001fffeffffff");
    expect(fewer).toMatchObject({
      code: 1,
      out: expect.stringContaining("root with the capabilities 000001fffeffffff"),
    });
    expect(fewer.out).toContain("task 13 (ck): 0x1000000");
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
      chmodSync(join(folder, path), 0o755);
    }
    const { code, out } = await convert(image, "--plan", "--vdso", "drop", "--check-files", folder);
    return {
      code,
      program: /^ {2}\/bin\/ck .*$/m.exec(out)?.[0],
      open: /^ {2}\/out\/self-min.img .*$/m.exec(out)?.[0],
    };
  };

  it("knows the program by its size and its entry point", async () => {
    expect(await check({ "bin/ck": program, "out/self-min.img": Buffer.alloc(1) })).toMatchObject({
      program: expect.stringContaining(": same size, entry point, contents unknown to the image"),
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

describe("--check-files", () => {
  const image = pathOfReal("x86_64-self-min.img");
  const program = readFileSync(new URL("../fixtures/programs/ck.x86_64", import.meta.url));
  const check = (root = folder) => convert(image, "--plan", "--vdso", "drop", "--check-files", root);

  it("stays below the root, whatever links say", async () => {
    mkdirSync(join(folder, "usr"));
    mkdirSync(join(folder, "out"));
    writeFileSync(join(folder, "usr/ck"), program, { mode: 0o755 });
    writeFileSync(join(folder, "out/self-min.img"), "");
    symlinkSync("/usr", join(folder, "bin"));
    expect(await check()).toMatchObject({ code: 0, out: expect.stringContaining("same size, entry point") });
    rmSync(join(folder, "bin"));
    symlinkSync("/../../../../usr/bin", join(folder, "bin"));
    expect((await check()).out).toContain("is missing");
    rmSync(join(folder, "bin"));
    symlinkSync("bin", join(folder, "bin"));
    expect((await check()).out).toContain("1 file of 3 missing or different");
  });

  it("wants a program that can be executed, and a root", async () => {
    mkdirSync(join(folder, "bin"));
    writeFileSync(join(folder, "bin/ck"), program, { mode: 0o644 });
    expect(await check()).toMatchObject({ code: 1, out: expect.stringContaining("cannot be executed") });
    expect(await check(join(folder, "none"))).toMatchObject({
      code: 3,
      err: expect.stringContaining("there is no such directory"),
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
