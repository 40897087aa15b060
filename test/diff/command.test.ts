/** `ckpt diff` as users call it, including damaged images. */
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { diffImages } from "../../tools/diff/index.js";
import { MemorySink } from "../../tools/write/index.js";
import { bundled } from "../bundled.js";
import { ckpt } from "../cli/ckpt.js";
import { makeBytes, makeImage } from "../make-image/make.js";
import { opened, pathOfReal, temporaryFiles } from "../opened.js";
import { Altered } from "../verify/altered.js";

const file = temporaryFiles();
const ABI = "v21/x86_64";
const before = makeBytes({ abi: ABI, pages: 4 });
const BEFORE = file("before.img", before);

/** The image with a register, a name, and some bytes of a page changed. */
function changed(): string {
  const image = new Altered(before, ABI);
  image.set(image.record("CPU"), "ip", 0x401234);
  image.poke(image.record("STRING", { label: "task_name" }).record?.payload.start ?? 0, 0x49);
  const pages = image.record("BUFFER", { label: "page_batch" }).record?.payload.start ?? 0;
  image.poke(pages + 16 + 0x100, 1, 2, 3);
  return file("after.img", image.bytes);
}

const AFTER = changed();

describe("ckpt diff", () => {
  it("says that nothing differs", async () => {
    const { code, out, err } = await ckpt(["diff", BEFORE, BEFORE]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/\nno differences\n$/);
  });

  it("does not take tasks for equal that the other image does not have, because its checkpoint failed", async () => {
    const [whole, failed] = [pathOfReal("v20h-tree-sub.img"), pathOfReal("v16-tree-notfrozen.img")];
    const { code, out } = await ckpt(["diff", whole, failed]);
    expect(code).toBe(1);
    expect(out).toContain("\nnot compared, because B has no tasks: task 182, task 183, ");
    expect(out).toMatch(/\nno differences in what was compared\n$/);
    const json = JSON.parse((await ckpt(["diff", failed, whole, "--json"])).out);
    expect(json).toMatchObject({ equal: false, summary: { total: 0 }, uncompared: { B: [] } });
    expect(json.uncompared.A).toHaveLength(7);
  });

  it("tells a summary and then the differences", async () => {
    const { code, out, err } = await ckpt(["diff", BEFORE, AFTER, "--hex"]);
    expect([code, err]).toEqual([1, ""]);
    const [, summary, tasks] = out.split("\n\n");
    expect(summary).toContain("registers      0        0        1      0");
    expect(summary).toContain("1 page changed, 3 bytes differ");
    expect(tasks).toContain("1000 init");
    expect(out).toContain("  ~ task: comm init -> Init\n");
    expect(out).toContain("  ~ registers: rip 0x00000000004003e1 -> 0x0000000000401234\n");
    expect(out).toMatch(/ {6}[0-9a-f]{12} {2}3 bytes\n {8}[0-9a-f]{12} {2}(.. ){3} +\|...\| +01 02 03 +\|...\|\n/);
    expect(out).not.toMatch(/\u001b/);
  });

  it("has colours on a terminal only", async () => {
    expect((await ckpt(["diff", BEFORE, AFTER], { terminal: 100, env: { TERM: "xterm" } })).out).toMatch(/\u001b\[3/);
  });

  it("leaves memory out", async () => {
    expect((await ckpt(["diff", BEFORE, AFTER, "--no-memory"])).out).not.toContain("pages");
  });

  it("prints JSON", async () => {
    const { code, out } = await ckpt(["diff", BEFORE, AFTER, "--json", "--hex"]);
    expect(code).toBe(1);
    const json = JSON.parse(out);
    expect(json).toMatchObject({ equal: false, a: { path: BEFORE, abi: ABI }, summary: { total: 3 } });
    expect(json.differences[0]).toEqual({
      kind: "task",
      change: "changed",
      task: { pid: 1000, name: "init", isThread: false },
      what: "",
      fields: [{ field: "comm", old: "init", new: "Init" }],
    });
    const pages = json.differences.find(({ kind }: { kind: string }) => kind === "pages");
    expect(pages.bytes).toMatchObject({ pages: { changed: 1 }, changed: 3, runs: [{ length: 3, new: "010203" }] });
  });

  it("lists at most so many", async () => {
    const image = new Altered(before, ABI);
    const pages = image.record("BUFFER", { label: "page_batch" }).record?.payload.start ?? 0;
    for (let i = 0; i < 10; i++) image.poke(pages + 16 + i * 64, 1);
    const path = file("many.img", image.bytes);
    const { out } = await ckpt(["diff", BEFORE, path, "--limit", "2"]);
    expect(out.match(/ 1 byte\n/g)).toHaveLength(2);
    expect(out).toContain("      and more; --limit 0 lists all\n");
  });

  it("takes one image from the standard input", async () => {
    const command = [await bundled("test/cli/program.ts"), "diff", "-", AFTER];
    const { status, stdout } = spawnSync(process.execPath, command, { input: before, encoding: "utf8" });
    expect([status, stdout.split("\n")[0]]).toEqual([1, expect.stringContaining("A  -: v21/x86_64")]);
  });

  it.each([
    [["-", "-"], "only one of the two images can be the standard input"],
    [[BEFORE, AFTER, "--limit", "few"], '--limit takes a number, not "few"'],
    [[BEFORE, AFTER, "--task", "7"], "in both images: no task has pid 7"],
    [[BEFORE, AFTER, "--pair", "1"], "a pair is two pids with = between them"],
    [[BEFORE, AFTER, "--pair", "1000=7"], "in image B, no task has pid 7"],
    [[BEFORE, AFTER, "--abi-b", "v99"], 'unknown version "v99"'],
    [[BEFORE], "missing required argument 'other'"],
  ])("refuses %j", async (argv, message) => {
    const { code, out, err } = await ckpt(["diff", ...argv]);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(message);
  });

  it("pairs tasks whose pids differ", async () => {
    const [a, b] = ["v16-self-files.img", "v20h-self-files.img"].map(pathOfReal) as [string, string];
    expect((await ckpt(["diff", a, b])).out).toContain("+ task");
    const { out } = await ckpt(["diff", a, b, "--pair", "174=177"]);
    expect(out).not.toMatch(/[+-] task/);
    expect(out).toContain("unknown in A");
  });
});

describe("damaged images", () => {
  it("are compared up to the damage", async () => {
    const cut = file("cut.img", before.slice(0, Math.floor(before.length * 0.7)));
    for (const [a, b, side] of [
      [BEFORE, cut, "B"],
      [cut, BEFORE, "A"],
    ] as const) {
      const { code, out, err } = await ckpt(["diff", a, b]);
      expect(code).toBe(3);
      expect(out).toContain("no differences");
      expect(out).toMatch(new RegExp(`unknown in ${side} +.*task 100\\d`));
      expect(err).toContain(`ckpt: ${cut}: `);
      expect(err).toContain("the image is damaged there");
    }
  });

  it("name the one that is none", async () => {
    const text = file("text.img", Buffer.from("not an image, but a text of some length"));
    const { code, err } = await ckpt(["diff", BEFORE, text]);
    expect(code).toBe(3);
    expect(err).toContain(`cannot read ${text}: it is not a checkpoint image`);
  });

  it.each(["vm_start", "vm_end", "vm_pgoff", "ino_objref", "vma_objref"])(
    "with absurd %s are equal to themselves",
    (path) => {
      const image = new Altered(before, ABI);
      for (let nth = 0; nth < 7; nth++) {
        const type = image.record("VMA", { nth });
        image.set(type, path, path.startsWith("vm_") ? 2n ** 64n - 1n : 1);
      }
      const [a, b] = [opened(image.bytes, ABI), opened(image.bytes.slice(), ABI)];
      expect(diffImages(a, b).equal).toBe(true);
      diffImages(opened(before, ABI), b);
    },
  );
});

describe("large images", () => {
  it("take little memory", async () => {
    const made = [0, 1].map((seed) => {
      const sink = new MemorySink();
      makeImage({ abi: ABI, tasks: 2, pages: 12_000, seed, plain: true }, sink);
      return file(`large-${seed}.img`, sink.bytes);
    });
    const command = await bundled("test/cli/program.ts");
    const argv = ["--max-old-space-size=64", command, "diff", ...made, "--json"];
    const { status, stdout } = spawnSync(process.execPath, argv, { encoding: "utf8", maxBuffer: 2 ** 28 });
    expect(status).toBe(1);
    expect(JSON.parse(stdout).summary.kinds).toMatchObject([{ kind: "pages", pages: { changed: 24_000 } }]);
  });
});
