/** `ckpt core` as users call it. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { printRemarks } from "../../tools/cli/print/core.js";
import type { CoreReport } from "../../tools/core/report.js";
import { MemorySource, openImage, type TreeNode } from "../../tools/image/index.js";
import { ckpt } from "../cli/ckpt.js";
import { makeBytes } from "../make-image/make.js";
import { made, nodesOf, real, setField } from "../memory/subjects.js";
import { write } from "./written.js";

const REAL = "test/fixtures/images/v20h-tree-thread.img";

let folder: string;
let output: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ckpt-core-"));
  output = join(folder, "core");
});
afterEach(() => rmSync(folder, { recursive: true }));

const ELF = Buffer.from("\x7fELF");

describe("one process", () => {
  it("is written to a file, and told about", async () => {
    const { code, out, err } = await ckpt(["core", REAL, "--task", "226", "-o", output]);
    expect([code, err]).toEqual([0, ""]);
    expect(out.replaceAll(folder, "DIR")).toBe(
      `DIR/core: process 226 tree-root, x86_32, 2 threads, 6 mappings, 24.0 KiB of memory
  no floating point registers of 2 of 2 threads in the image
  32.0 KiB left to the files that are mapped
  no file /bin/ck here: a debugger that does not find it cannot access what is left to it
  4.0 KiB of [vdso] not in the image: it is the page of code that the kernel maps into every process
  open it with: gdb /bin/ck DIR/core
`,
    );
    expect(readFileSync(output).subarray(0, 4)).toEqual(ELF);
  });

  it("goes into a pipe, the same bytes, and is told about beside it", async () => {
    const { code, bytes, err } = await ckpt(["core", REAL, "--task", "226", "-o", "-"]);
    await ckpt(["core", REAL, "--task", "226", "-o", output]);
    expect(code).toBe(0);
    expect(Buffer.from(bytes).equals(readFileSync(output))).toBe(true);
    expect(err).toMatch(/^standard output: process 226 /);
  });

  it("names files below a directory that was given by a relative path, for a debugger that is started elsewhere", async () => {
    const { code } = await ckpt(["core", REAL, "--task", "226", "-o", output, "--sysroot", "some/root"]);
    expect(code).toBe(0);
    expect(readFileSync(output).includes(`\0${resolve("some/root")}/bin/ck\0`)).toBe(true);
  });

  it("is told about in JSON", async () => {
    const { out } = await ckpt(["core", REAL, "--task", "233", "-o", output, "--json", "--sysroot", "/srv"]);
    const facts = JSON.parse(out);
    expect(facts).toMatchObject({
      output,
      pid: 226,
      executable: "/bin/ck",
      arch: "x86_32",
      threads: [{ tid: 233 }, { tid: 226 }],
      memory: { mappings: 6, contents: 155648, zeros: 131072 },
    });
    expect(facts.size).toBe(readFileSync(output).length);
    expect(facts.segments.length).toBe(facts.memory.segments);
    expect(facts.mappings.length).toBe(6);
    expect(facts.remarks.map(({ code }: { code: string }) => code)).toContain("file-pages");
  });
});

describe("the line to be copied", () => {
  it("has no argument that gdb takes for an option or a pid", async () => {
    const subject = real("v20h-tree-thread.img");
    const path = nodesOf(subject.image, "path").find(({ record }) => {
      const { start = 0, end = 0 } = record?.payload ?? {};
      return Buffer.from(subject.bytes.subarray(start, end)).toString() === "/bin/ck\0";
    });
    if (!path?.record) throw new Error("no path");
    subject.bytes.set(Buffer.from("-ex=!id"), path.record.payload.start);
    const image = join(folder, "image");
    writeFileSync(image, subject.bytes);
    const { out } = await ckpt(["core", image, "--task", "226", "-o", output]);
    expect(out).toContain(`  open it with: gdb -c ${output}\n`);
    const { report } = await write(openImage(new MemorySource(subject.bytes)), "226");
    expect(line("226", report)).toBe("  open it with: gdb -c ./226");
    expect(line("-c", report)).toBe("  open it with: gdb -c ./-c");
  });

  it.each([
    ["core", undefined, "gdb /bin/ck core"],
    ["226", undefined, "gdb /bin/ck ./226"],
    ["-x", undefined, "gdb /bin/ck ./-x"],
    ["~root/core", undefined, "gdb /bin/ck './~root/core'"],
    ["a core", undefined, "gdb /bin/ck 'a core'"],
    ["core", "-ex=!id/", "gdb './-ex=!id/bin/ck' core"],
    ["core", "it's", "gdb 'it'\\''s/bin/ck' core"],
    ["a\nb", undefined, "gdb /bin/ck $'a\\nb'"],
  ])("has each file as one word: %s, sysroot %s", async (file, sysroot, expected) => {
    const { report } = await write(real("v20h-tree-thread.img").image, "226");
    expect(line(file, report, sysroot)).toBe(`  open it with: ${expected}`);
  });

  function line(file: string, report: CoreReport, sysroot?: string): string | undefined {
    const { streams, told } = caught();
    printRemarks(file, report, sysroot, streams);
    return told().match(/^ {2}open it with: .*$/m)?.[0];
  }
});

/** An output stream that keeps what is printed. */
function caught() {
  const parts: (string | Uint8Array)[] = [];
  return { streams: { write: (part: string | Uint8Array) => parts.push(part) }, told: () => parts.join("") };
}

describe("all processes", () => {
  it("get a file each in a directory that is made for them", async () => {
    const { code, out } = await ckpt(["core", REAL, "--all", "-o", output]);
    expect(code).toBe(0);
    const names = [226, 227, 228, 229, 230, 231, 232].map((pid) => `core.${pid}`);
    expect(readdirSync(output).sort()).toEqual(names);
    expect(out.split("\n").length).toBe(names.length + 1);
  });

  it("that cannot be written do not keep the others from being written", async () => {
    const image = join(folder, "image");
    const subject = made("v21/x86_64");
    const { image: opened } = subject;
    const programs = nodesOf(opened, "VMA").filter((vma) => opened.fields(vma).big("vm_start") === 0x40_0000n);
    setField(subject, programs[1] as TreeNode, "vm_start", 0x40_0010);
    writeFileSync(image, subject.bytes);
    const { code, out, err } = await ckpt(["core", image, "--all", "-o", output]);
    expect(code).toBe(1);
    expect(err).toMatch(
      /^ckpt: no core of process \d+: the mapping 0x400010-0x401000 does not begin and end at a page of 4096 bytes\n$/,
    );
    expect(out.split("\n").length).toBeGreaterThan(2);
    expect(readdirSync(output).length).toBe(out.split("\n").length - 1);
  });

  it("need a directory", async () => {
    writeFileSync(output, "something else");
    const { code, err } = await ckpt(["core", REAL, "--all", "-o", output]);
    expect([code, err]).toEqual([
      4,
      `ckpt: cannot write ${output}: it is a file, and several cores need a directory\n`,
    ]);
    expect(readFileSync(output, "utf8")).toBe("something else");
  });
});

describe("nothing is written", () => {
  const image = () => {
    const path = join(folder, "image");
    const bytes = makeBytes({ abi: "v21/x86_64" });
    writeFileSync(path, bytes.subarray(0, bytes.length - 5000));
    return path;
  };

  it.each<[string, () => string[], number, RegExp]>([
    [
      "for a damaged image",
      () => ["core", image(), "--task", "1000", "-o", output],
      3,
      /the image is damaged; nothing after/,
    ],
    [
      "for all processes of one",
      () => ["core", image(), "--all", "-o", output],
      3,
      /the image is damaged; nothing after/,
    ],
    ["when there are several processes", () => ["core", REAL, "-o", output], 2, /name one by a pid, such as 226, 227/],
    ["when there is no such task", () => ["core", REAL, "--task", "5", "-o", output], 2, /no task has pid 5/],
    [
      "when there is no such mapping",
      () => ["core", REAL, "--task", "226", "-o", output, "--exclude-vma", "[hep]"],
      2,
      /no mapping is "\[hep\]"/,
    ],
    ["for all and one", () => ["core", REAL, "--all", "--task", "226", "-o", output], 2, /--all writes every process/],
    ["for all into a pipe", () => ["core", REAL, "--all", "-o", "-"], 2, /name a directory for them with -o/],
    [
      "into a directory that is not there",
      () => ["core", REAL, "--task", "226", "-o", join(output, "x")],
      4,
      /there is no such directory/,
    ],
  ])("%s", async (_, argv, exit, message) => {
    const { code, out, err } = await ckpt(argv());
    expect([code, out]).toEqual([exit, ""]);
    expect(err).toMatch(message);
    expect(existsSync(output)).toBe(false);
  });

  it("to a terminal", async () => {
    const { code, err } = await ckpt(["core", REAL, "--task", "226", "-o", "-"], { terminal: 80 });
    expect([code, err]).toEqual([
      2,
      "ckpt: a core is not for a terminal; write it to a file with -o, or into a pipe\n",
    ]);
  });

  it("over the image itself", async () => {
    const path = join(folder, "image");
    writeFileSync(path, makeBytes({ abi: "v21/x86_64" }));
    const before = readFileSync(path);
    const { code, err } = await ckpt(["core", path, "--task", "1000", "-o", path]);
    expect([code, err]).toEqual([2, `ckpt: ${path} is being read; name another file for the core\n`]);
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});
