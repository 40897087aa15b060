import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ckpt, json } from "../cli/ckpt.js";

const image = (name: string) => fileURLToPath(new URL(`../fixtures/images/${name}`, import.meta.url));
const FULL = image("v16-self-full.img");
const TREE = image("v20h-tree-sub.img");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ckpt-memory-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const PAGE_D1 = `\
0804f000  00 00 01 d1 01 00 01 d1  02 00 01 d1 03 00 01 d1  |................|
0804f010  04 00 01 d1 05 00 01 d1  06 00 01 d1 07 00 01 d1  |................|
`;

describe("ckpt peek", () => {
  it.each([
    ["a page", [FULL, "0x804f000", "0x20"], 0, `${PAGE_D1}0804f020\n`],
    [
      "what does not fill a row",
      [FULL, "0x50001f00", "9"],
      0,
      "50001f00  41 4e 4f 4e 2d 54 45 58  54                       |ANON-TEXT|\n50001f09\n",
    ],
    ["a file", [FULL, "0x8048000", "64"], 1, "08048000-08048040  not in the image, comes from /bin/ck at offset 0x0\n"],
    [
      "a file and a page",
      [FULL, "0x804eff0", "48"],
      0,
      `0804eff0-0804f000  not in the image, comes from /bin/ck at offset 0x5ff0\n${PAGE_D1}0804f020\n`,
    ],
    ["untouched memory", [FULL, "0x50000000"], 0, "50000000-50000100  never touched, reads as zero\n"],
    ["nothing", [FULL, "0"], 1, "00000000-00000100  not mapped\n"],
    ["the end of all addresses", [FULL, "0xffffff00", "64K"], 1, "ffffff00-100000000  not mapped\n"],
    [
      "rows that are the same",
      [FULL, "[stack]+0x13000", "64"],
      0,
      "bfd7e000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|\n*\nbfd7e040\n",
    ],
    ["a value", [FULL, "0x804f004", "--u32"], 0, "0804f004  0xd1010001  3506503681\n"],
    ["values", [FULL, "0x804f000", "4", "--u16"], 0, "0804f000  0x0000  0\n0804f002  0xd101  53505\n"],
    ["bytes", [FULL, "0x804f003", "2", "--u8"], 0, "0804f003  0xd1  209\n0804f004  0x01  1\n"],
    ["wide values", [FULL, "0x804f000", "--u64"], 0, "0804f000  0xd1010001d1010000  15060318636705120256\n"],
    ["the stack", [FULL, "$sp", "--word"], 0, "bfd7eb4c  0xbfd7eb60  3218598752\n"],
    [
      "values behind what is not known",
      [FULL, "0x804effe", "8", "--u32"],
      0,
      "0804effe-0804f000  not in the image, comes from /bin/ck at offset 0x5ffe\n0804f002  0x0001d101  119041\n",
    ],
    ["a text", [FULL, "[stack]+0x14fdb", "--string"], 0, '"CKENV=environment-marker"\n'],
    [
      "a task",
      [TREE, "0x804f000", "8", "--task", "183"],
      0,
      "0804f000  00 00 01 c1 01 00 01 c1                           |........|\n0804f008\n",
    ],
  ])("shows %s", async (_, args, code, expected) => {
    const outcome = await ckpt(["peek", ...args]);
    expect([outcome.err, outcome.code]).toEqual(["", code]);
    expect(outcome.out).toBe(expected);
  });

  it("writes bytes as they are, and none when one is missing", async () => {
    const { bytes, code } = await ckpt(["peek", FULL, "0x804f000", "4096", "--raw"]);
    expect([code, bytes.length, bytes[4095]]).toEqual([0, 4096, 0xd1]);
    const zeros = await ckpt(["peek", FULL, "0x50000ffe", "4", "--raw"]);
    expect([...zeros.bytes]).toEqual([0, 0, 0, 0]);
    const none = await ckpt(["peek", FULL, "0x804eff0", "32", "--raw"]);
    expect([none.code, none.bytes.length]).toEqual([1, 0]);
    expect(none.err).toBe(
      "ckpt: nothing was written: 0804eff0-0804f000: not in the image, comes from /bin/ck at offset 0x5ff0\n",
    );
    const terminal = await ckpt(["peek", FULL, "0x804f000", "--raw"], { terminal: 80 });
    expect([terminal.code, terminal.err.includes("not for a terminal")]).toEqual([2, true]);
  });

  it("tells a text that goes on", async () => {
    const { out, err, code } = await ckpt(["peek", FULL, "0x804f003", "4", "--string"]);
    expect([out, code]).toEqual(['"\\xd1\\x01"\n', 0]);
    expect(err).toBe("");
    const long = await ckpt(["peek", FULL, "0x50001f00", "4", "--string"]);
    expect([long.out, long.err]).toEqual(['"ANON"\n', "ckpt: no NUL in the 4 bytes that were looked at\n"]);
  });

  it("prints JSON", async () => {
    const found = await json<Record<string, unknown>>("peek", FULL, "0x804effc", "8");
    expect(found).toEqual({
      task: 175,
      start: 0x804effc,
      end: 0x804f004,
      parts: [
        { start: 0x804effc, end: 0x804f000, mapping: "/bin/ck", in: "file", path: "/bin/ck", offset: 0x5ffc },
        {
          start: 0x804f000,
          end: 0x804f004,
          mapping: "/bin/ck",
          in: "image",
          offset: expect.any(Number),
          bytes: "000001d1",
        },
      ],
    });
    const values = await json<Record<string, unknown>>("peek", FULL, "0x804f000", "8", "--u32");
    expect(values.values).toEqual([
      { address: 0x804f000, value: 0xd1010000 },
      { address: 0x804f004, value: 0xd1010001 },
    ]);
  });

  it.each([
    [
      "no task",
      [TREE, "0x804f000"],
      "one task is needed; name it with --task, e.g. one of 182, 183, 184, 185, 186, 187",
    ],
    ["two tasks", [TREE, "0", "--task", "182,183"], "one task is needed"],
    ["an unknown task", [TREE, "0", "--task", "1"], "no task has pid 1"],
    ["no address", [FULL, "nowhere"], '"nowhere" is not an address'],
    ["no length", [FULL, "0", "many"], 'a length is a number of bytes such as 256, 0x1000 or 64K, not "many"'],
    ["nothing of a length", [FULL, "0", "0"], "a length is a number of bytes"],
    ["less than a value", [FULL, "0", "3", "--u32"], "3 bytes are less than one value of 4"],
    ["two forms", [FULL, "0", "--u8", "--raw"], "only one of"],
    ["bytes and JSON", [FULL, "0", "--raw", "--json"], "--raw and --json exclude each other"],
  ])("refuses %s", async (_, args, reason) => {
    const { code, err } = await ckpt(["peek", ...args]);
    expect(code).toBe(2);
    expect(err).toContain(reason);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
  });
});

describe("ckpt poke", () => {
  it("changes those bytes and no others", async () => {
    const output = join(folder, "new.img");
    const { code, out } = await ckpt([
      "poke",
      TREE,
      "--task",
      "183",
      "0x53000ffe=u16:5",
      '0x804f010="hi\\n"',
      "-o",
      output,
    ]);
    expect(code).toBe(0);
    expect(out).toBe(
      "53000ffe  00 37 -> 05 00  2 bytes at offset 19770\n" +
        "  shared: tasks 182, 184, 185, 186, 187, 188 will see it too\n" +
        "0804f010  04 00 01 -> 68 69 0a  3 bytes at offset 28020\n",
    );
    const [before, after] = [readFileSync(TREE), readFileSync(output)];
    const changed = [...before.keys()].filter((i) => before[i] !== after[i]);
    expect([after.length, changed]).toEqual([before.length, [19770, 19771, 28020, 28021, 28022]]);
    const seen = await ckpt(["peek", output, "--task", "182", "0x53000ffc", "4"]);
    expect(seen.out).toContain("ff 03 05 00");
  });

  it("replaces the file in place, or leaves it as it is", async () => {
    const path = join(folder, "app.img");
    writeFileSync(path, readFileSync(FULL));
    const refused = await ckpt(["poke", path, "0x804f000=00", "0x8048000=00", "--in-place"]);
    expect(refused.code).toBe(1);
    expect(refused.err).toBe(
      "ckpt: 0x8048000 cannot be written: its page is not in the image but in /bin/ck at offset 0x0; change it there\n",
    );
    expect(readFileSync(path).equals(readFileSync(FULL))).toBe(true);
    const { code, out } = await ckpt(["poke", path, "$sp+4=word:0x12345678", "-i", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      task: 175,
      output: path,
      changes: [{ address: 0xbfd7eb50, new: "78563412", sharers: [] }],
    });
    expect((await ckpt(["peek", path, "$sp+4", "--u32"])).out).toBe("bfd7eb50  0x12345678  305419896\n");
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  it("writes the image to a pipe, and what it says beside it", async () => {
    const { bytes, err, code } = await ckpt(["poke", FULL, "0x804f000=ff", "-o", "-"]);
    expect([code, bytes.length]).toEqual([0, readFileSync(FULL).length]);
    expect(err).toContain("0804f000  00 -> ff");
    expect((await ckpt(["poke", FULL, "0x804f000=ff", "-o", "-"], { terminal: 80 })).code).toBe(2);
  });

  it.each([
    ["no output", ["0x804f000=00"], "either -o FILE or --in-place"],
    ["two outputs", ["0x804f000=00", "-o", "x", "--in-place"], "either -o FILE or --in-place"],
    ["no bytes", ["0x804f000", "-o", "/dev/null"], "a change is ADDRESS=BYTES"],
    ["odd bytes", ["0x804f000=0", "-o", "/dev/null"], '"0" does not describe bytes'],
  ])("refuses %s", async (_, args, reason) => {
    const { code, err } = await ckpt(["poke", FULL, ...args]);
    expect([code, err.includes(reason)]).toEqual([2, true]);
  });
});

describe("ckpt search", () => {
  it("prints address, bytes and place", async () => {
    const { out, code } = await ckpt(["search", FULL, '"ANON-TEXT"']);
    expect(code).toBe(0);
    expect(out).toBe(
      "175  50001f00  41 4e 4f 4e 2d 54 45 58  54 2d 4d 41 52 4b 45 52  |ANON-TEXT-MARKER|  anonymous+0x1f00\n",
    );
  });

  it("searches all tasks, each memory once", async () => {
    const { out } = await ckpt(["search", TREE, "--all-tasks", "/mark[a-z]+/"]);
    expect(out.split("\n").map((line) => line.split("  ")[0])).toEqual([
      "182,188",
      "183",
      "184",
      "185",
      "186",
      "187",
      "",
    ]);
    expect((await ckpt(["search", TREE, "--all-tasks", "/mark[a-z]+/", "--count"])).out).toBe(
      "182,188: 1\n183: 1\n184: 1\n185: 1\n186: 1\n187: 1\n6\n",
    );
    expect((await ckpt(["search", TREE, "--task", "183,184", "/mark/", "--max", "1"])).out.split("\n")).toHaveLength(2);
  });

  it("prints a line of JSON per match", async () => {
    const { out } = await ckpt(["search", FULL, "u32:0xa1010000", "--json"]);
    expect(
      out
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual([
      {
        tasks: [175],
        address: 0x50001000,
        length: 4,
        offset: expect.any(Number),
        start: 0x50000000,
        end: 0x50008000,
        bytes: "000001a1",
      },
    ]);
    expect((await ckpt(["search", FULL, "u32:0xa1010000", "--json", "--count"])).out).toBe('{"count":1}\n');
  });

  it("says by its exit code that there is nothing", async () => {
    const { code, out, err } = await ckpt(["search", FULL, '"not there"']);
    expect([code, out, err]).toEqual([1, "", ""]);
  });

  it.each([
    ["a pattern that is none", ["zz"], '"zz" is not a pattern'],
    ["a number that is none", ["00", "--max", "0"], "--max takes a number above 0"],
    ["two selections", ["00", "--task", "175", "--all-tasks"], "either --task or --all-tasks"],
  ])("refuses %s", async (_, args, reason) => {
    const { code, err } = await ckpt(["search", FULL, ...args]);
    expect([code, err.includes(reason)]).toEqual([2, true]);
  });
});

describe("ckpt strip", () => {
  it("writes a small image and tells what went", async () => {
    const output = join(folder, "small.img");
    const { code, out } = await ckpt(["strip", TREE, "-o", output]);
    expect([code, out]).toEqual([
      0,
      "took away 100.1 KiB of memory, 13 B of pipe contents, 55 B of other values, 7 B of leftover memory; 130.6 KiB before, 30.1 KiB now\n",
    ]);
    const peek = async (address: string) => (await ckpt(["peek", output, "--task", "182", address, "16"])).out;
    // Program code is as in its file. What the process wrote to is neither as in the file nor zero: nobody knows it any more.
    expect(await peek("0x8048000")).toContain("comes from /bin/ck");
    const removed = "not in the image: the image has no page of memory, as when it was stripped";
    for (const written of ["0x804f000", "$sp"]) expect(await peek(written)).toContain(removed);
    const again = await json<Record<string, unknown>>("strip", output, "-o", output);
    expect(again).toMatchObject({ before: 30811, after: 30811, stripped: { memory: 0, pipes: 0 } });
  });

  it("writes to a pipe, but not to a terminal", async () => {
    const { bytes, err } = await ckpt(["strip", TREE, "-o", "-"]);
    expect([bytes.length, err.startsWith("took away")]).toEqual([30811, true]);
    expect((await ckpt(["strip", TREE, "-o", "-"], { terminal: 80 })).code).toBe(2);
  });

  it("refuses damaged images and unknown kinds", async () => {
    const cut = join(folder, "cut.img");
    writeFileSync(cut, readFileSync(FULL).subarray(0, 50_000));
    const output = join(folder, "never.img");
    const damaged = await ckpt(["strip", cut, "-o", output]);
    expect([damaged.code, damaged.err.includes("the image is damaged")]).toEqual([3, true]);
    expect(readdirSync(folder)).not.toContain("never.img");
    const unknown = await ckpt(["strip", FULL, "-o", output, "--keep", "memory,stack"]);
    expect([unknown.code, unknown.err.includes('not "stack"')]).toEqual([2, true]);
  });
});
