/** gdb, lldb and elfutils read the same from a core, on every architecture that they support. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { processOfTask } from "../../tools/core/index.js";
import { FileSource } from "../../tools/files/file-source.js";
import { type Image, MemorySource, openImage } from "../../tools/image/index.js";
import type { Extent } from "../../tools/memory/memory.js";
import { readBytes } from "../../tools/memory/read.js";
import { json, text } from "../cli/ckpt.js";
import { makeBytes } from "../make-image/make.js";
import { nodesOf, setField, subjectOf } from "../memory/subjects.js";
import { available } from "../requirement.js";
import { type Answers, ask, registersIn } from "./gdb.js";
import { askLldb, HAS_LLDB, type LldbAnswers } from "./lldb.js";

const HAS_GDB = available("gdb-multiarch", ["gdb-multiarch", "-nx", "-batch"]);
const HAS_UNSTRIP = available("eu-unstrip", ["eu-unstrip", "--version"]);
const HAS_GCC = available("gcc", ["gcc", "--version"]);

const root = mkdtempSync(join(tmpdir(), "ckpt-debuggers-"));
afterAll(() => rmSync(root, { recursive: true }));

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));

interface Case {
  readonly name: string;
  readonly task?: number;
  /** Program counter and stack pointer, which both debuggers must report. */
  readonly registers: readonly [string, string];
  /** lldb 14 uses 64-bit sizes for the notes of 31-bit s390, and crashes on a core of 32-bit PowerPC. */
  readonly withLldb?: false;
  /** False if no vdso is mapped, whose bytes images do not have. */
  readonly hasVdso?: false;
}

const REAL: readonly Case[] = [
  { name: "v16-self-full", registers: ["eip", "esp"] },
  { name: "v20h-tree-thread", task: 226, registers: ["eip", "esp"] },
  { name: "x86_32-i32-min", registers: ["eip", "esp"] },
  { name: "x86_64-self32-full", registers: ["eip", "esp"] },
  { name: "x86_64-self-full", registers: ["rip", "rsp"] },
  { name: "x86_64-tree-thread", task: 26, registers: ["rip", "rsp"] },
  { name: "s390x-self-full", registers: ["pswa", "r15"], hasVdso: false },
  { name: "s390x-tree-thread", task: 27, registers: ["pswa", "r15"], hasVdso: false },
];

const MADE: readonly Case[] = [
  { name: "v21/x86_32", registers: ["eip", "esp"] },
  { name: "v21/x86_64", registers: ["rip", "rsp"] },
  { name: "v21/s390", registers: ["pswa", "r15"], withLldb: false },
  { name: "v21/s390x", registers: ["pswa", "r15"] },
  { name: "v21/powerpc", registers: ["pc", "r1"], withLldb: false },
  { name: "v21/powerpc64", registers: ["pc", "r1"] },
  { name: "v22-arm/arm", registers: ["pc", "sp"], hasVdso: false },
];

function imageOf({ name }: Case): { readonly path: string; readonly image: Image } {
  if (!name.includes("/")) {
    const path = fixture(`images/${name}.img`);
    return { path, image: openImage(new FileSource(path)) };
  }
  const path = join(root, `${name.replace("/", "-")}.img`);
  const bytes = makeBytes({ abi: name, tasks: 4, pages: 12 });
  writeFileSync(path, bytes);
  return { path, image: openImage(new MemorySource(bytes), { abi: name }) };
}

/** Number of bytes that are compared at an address. */
const WINDOW = 16;

interface Place {
  readonly address: bigint;
  readonly what: "image" | "zero" | "file" | "unknown" | "excluded" | "unmapped";
  /** Expected bytes; undefined where debuggers must not show anything. */
  readonly bytes: readonly number[] | undefined;
}

describe.skipIf(!HAS_GDB).each([...REAL, ...MADE].map((one) => [one.name, one] as const))("%s", (_, one) => {
  const { withLldb = HAS_LLDB } = one;
  const { path, image } = imageOf(one);
  const { memory, threads } = processOfTask(image, `${one.task ?? (one.name.includes("/") ? 1000 : threadOf(image))}`);
  const places = placesIn(memory.all());
  const core = join(root, `${one.name.replace("/", "-")}.core`);
  let gdb: Answers;
  let lldb: LldbAnswers;

  function threadOf(from: Image): number {
    return processOfTask(from, undefined).pid;
  }

  function placesIn(extents: Iterable<Extent>): Place[] {
    const found = new Map<string, Place>();
    // The first page of the image is in the excluded mapping, the last one in another.
    const excluded = excludedMapping();
    for (const { start, end, backing, mapping } of extents) {
      const isExcluded = mapping?.start === excluded;
      const what = isExcluded ? "excluded" : backing.kind;
      const isTold = !isExcluded && (what === "image" || what === "zero");
      const add = (key: string, address: bigint) =>
        found.set(key, {
          address,
          what,
          bytes: isTold ? [...readBytes(memory, address, WINDOW)] : undefined,
        });
      add(`${what}, start`, start);
      add(`${what}, end`, end - BigInt(WINDOW));
    }
    const behind = memory.stretches.at(-1)?.end ?? 0n;
    found.set("unmapped", { address: behind + 0x1000n, what: "unmapped", bytes: undefined });
    return [...found.values()];
  }

  function excludedMapping(): bigint | undefined {
    for (const { backing, mapping } of memory.all()) if (backing.kind === "image") return mapping?.start;
    return undefined;
  }

  const gdbQuestion = (address: bigint) => `x/16xb 0x${address.toString(16)}`;
  const lldbQuestion = (address: bigint) => `memory read -f x -s 1 -c 16 0x${address.toString(16)}`;

  beforeAll(async () => {
    const exclude = `0x${excludedMapping()?.toString(16)}`;
    await text("core", path, "--task", `${threads[0].pid}`, "-o", core, "--exclude-vma", exclude);
    gdb = ask({
      gdb: "gdb-multiarch",
      folder: root,
      core,
      questions: {
        registers: ["thread apply all info registers"],
        ...Object.fromEntries(places.map(({ address }) => [gdbQuestion(address), [gdbQuestion(address)]])),
      },
    });
    if (!withLldb) return;
    lldb = askLldb(core, [
      "thread list",
      ...threads.flatMap((_thread, i) => [`thread select ${i + 1}`, "register read"]),
      ...places.map(({ address }) => lldbQuestion(address)),
    ]);
  });

  it("has places of every kind to look at", () => {
    const kinds = new Set(places.map(({ what }) => what));
    const expected = ["image", "zero", "file", "excluded", "unmapped", ...(one.hasVdso === false ? [] : ["unknown"])];
    expect([...kinds].sort()).toEqual(expected.sort());
  });

  it("reads in gdb as the image tells, and what it does not tell cannot be accessed", () => {
    for (const { address, what, bytes } of places) {
      const answer = gdb.of[gdbQuestion(address)] ?? "";
      const message = `Cannot access memory at address 0x${address.toString(16)}`;
      if (bytes) expect(bytesIn(answer), `${what} at 0x${address.toString(16)}`).toEqual(bytes);
      else {
        expect(answer, what).not.toMatch(/\t0x/);
        expect(gdb.complaints, what).toContain(message);
      }
    }
  });

  it.runIf(withLldb)("reads in lldb as in gdb", () => {
    expect(lldb.opened).toMatch(/^Core file '.*' \(\w+\) was loaded\.$/);
    for (const [i, { address, what, bytes }] of places.entries()) {
      const answer = lldb.answers[1 + threads.length * 2 + i] ?? "";
      if (bytes) expect(bytesIn(answer), `${what} at 0x${address.toString(16)}`).toEqual(bytes);
      else {
        expect(bytesIn(answer), what).toEqual([]);
        expect(lldb.complaints, what).toContain(`core file does not contain 0x${address.toString(16)}`);
      }
    }
  });

  it("has the same threads in gdb and in lldb", () => {
    const tids = threads.map(({ pid }) => pid);
    expect([...registersIn(gdb.of.registers ?? "").keys()].sort()).toEqual([...tids].sort());
    if (!withLldb) return;
    const listed = [...(lldb.answers[0] ?? "").matchAll(/thread #\d+: tid = (\d+)/g)];
    expect(listed.map(([, tid]) => Number(tid))).toEqual(tids);
  });

  it.runIf(withLldb)("has the same registers in gdb and in lldb", () => {
    const all = registersIn(gdb.of.registers ?? "");
    for (const [i, { pid }] of threads.entries()) {
      const answer = lldb.answers[2 + i * 2] ?? "";
      const found = [...answer.matchAll(/^ +(\w+) = (0x[0-9a-f]+)/gm)];
      const common = found.flatMap(([, name = "", value = ""]) => {
        const other = all.get(pid)?.get(name)?.split(/\s/)[0];
        return other?.startsWith("0x") ? [[name, BigInt(value), BigInt(other)] as const] : [];
      });
      expect(common.map(([name]) => name)).toEqual(expect.arrayContaining([...one.registers]));
      expect(common.length).toBeGreaterThan(8);
      for (const [name, value, other] of common) expect(value, name).toBe(other);
    }
  });
});

describe("with the files of the process at hand", () => {
  const sysroot = join(root, "target");
  const image = fixture("images/x86_64-self-full.img");
  const program = fixture("programs/ck.x86_64");
  const core = join(root, "with-files");
  const TEXT = 0x401000;

  interface Facts {
    readonly remarks: readonly { readonly code: string; readonly message: string }[];
    readonly mappings: readonly { readonly name?: string; readonly fromFile: number; readonly inFile: number }[];
  }
  let facts: Facts;

  beforeAll(async () => {
    mkdirSync(join(sysroot, "bin"), { recursive: true });
    copyFileSync(program, join(sysroot, "bin", "ck"));
    facts = await json<Facts>("core", image, "-o", core, "--sysroot", sysroot);
  });

  it("the report tells what was taken from them and what is left to them", () => {
    const [first] = facts.mappings;
    expect([first?.name, first?.fromFile, first?.inFile]).toEqual(["/bin/ck", 0x1000, 0x4000]);
    const about = (code: string) => facts.remarks.find((remark) => remark.code === code)?.message;
    expect(about("missing-files")).toBe(
      `no file ${sysroot}/data/file1 and 1 more here: a debugger that does not find it cannot access what is left to it`,
    );
    expect(about("different-files")).toBeUndefined();
  });

  it.skipIf(!HAS_GDB)("gdb reads their contents where the core has none", () => {
    const { of } = ask({
      gdb: "gdb-multiarch",
      folder: root,
      core,
      questions: { first: ["x/16xb 0x400000"], text: [`x/16xb ${TEXT}`], other: ["x/16xb 0x7004000000"] },
    });
    expect(bytesIn(of.first ?? "")).toEqual(bytesAt(program, 0));
    expect(bytesIn(of.text ?? "")).toEqual(bytesAt(program, TEXT - 0x400000));
    expect(of.other).not.toMatch(/\t0x/);
  });

  it.skipIf(!HAS_LLDB)("lldb finds the program by its name in the core, and reads its text there", () => {
    const { answers } = askLldb(core, ["image list", `memory read -f x -s 1 -c 16 ${TEXT}`, "register read rip"]);
    const [images = "", bytes = "", register = ""] = answers;
    expect(images).toContain(`${sysroot}/bin/ck`);
    expect(bytesIn(bytes)).toEqual(bytesAt(program, TEXT - 0x400000));
    expect(register).toContain("ck`do_ckpt");
  });

  it.skipIf(!HAS_UNSTRIP).each([
    ["x86_64-self-full", "ck.x86_64", "ck", "0x400000+0x35000"],
    ["x86_64-self32-full", "ck.x86_32-under-64", "ck32", "0x8048000+0x"],
    ["x86_32-i32-min", "ck.x86_32", "ck32", "0x8048000+0x"],
  ])("eu-unstrip recognizes the program of %s", async (name, file, as, range) => {
    const folder = join(root, name);
    mkdirSync(join(folder, "bin"), { recursive: true });
    copyFileSync(fixture(`programs/${file}`), join(folder, "bin", as));
    const path = join(root, `${name}.with-files`);
    await text("core", fixture(`images/${name}.img`), "-o", path, "--sysroot", folder);
    const [line = ""] = unstrip(path).split("\n");
    expect(line).toContain(range);
    expect(line.endsWith(`/bin/${as}`)).toBe(true);
  });

  it.skipIf(!HAS_UNSTRIP)("eu-unstrip recognizes nothing without them", async () => {
    const path = join(root, "without-files");
    await text("core", image, "-o", path, "--sysroot", join(root, "nothing"));
    expect(unstrip(path)).toBe("");
  });

  it.skipIf(!HAS_UNSTRIP || !HAS_GCC)("eu-unstrip finds the build id of a program that has one", async () => {
    const folder = join(root, "own");
    mkdirSync(join(folder, "bin"), { recursive: true });
    const own = join(folder, "bin", "ck");
    const id = "0123456789abcdef0123456789abcdef01234567";
    const { status, stderr } = spawnSync(
      "gcc",
      ["-nostdlib", "-static", `-Wl,--build-id=0x${id},-Ttext-segment=0x400000`, "-xc", "-", "-o", own],
      { input: "void _start(void) { for (;;); }", encoding: "utf8" },
    );
    expect([status, stderr]).toEqual([0, ""]);
    // The first mapping of the image is changed to be of this program, and the second of another one.
    const subject = subjectOf(new Uint8Array(readFileSync(image)), "v19/x86_64");
    const [first] = nodesOf(subject.image, "VMA");
    if (!first) throw new Error("no mappings");
    setField(subject, first, "ino_size", statSync(own).size);
    const edited = join(root, "own.img");
    writeFileSync(edited, subject.bytes);
    const path = join(root, "own.core");
    const { remarks } = await json<Facts>("core", edited, "-o", path, "--sysroot", folder);
    expect(unstrip(path)).toContain(`0x400000+`);
    expect(unstrip(path)).toContain(id);
    expect(remarks.find(({ code }) => code === "different-files")?.message).toBe(
      `${own} has ${statSync(own).size} bytes here and had 44152 when it was mapped: debuggers would read other bytes than the process did`,
    );
  });
});

/** A window of a file. */
function bytesAt(path: string, offset: number): number[] {
  return [...readFileSync(path).subarray(offset, offset + WINDOW)];
}

function unstrip(core: string): string {
  const { stdout } = spawnSync("eu-unstrip", ["-n", `--core=${core}`], {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C", DEBUGINFOD_URLS: "" },
  });
  return stdout.trim();
}

/** Bytes from `0x804f000:\t0x7f\t0x45` (gdb) or `0x0804f000: 0x7f 0x45` (lldb). */
function bytesIn(answer: string): number[] {
  return [...answer.matchAll(/^0x[^:]*:(.*)$/gm)].flatMap(([, bytes = ""]) => bytes.trim().split(/\s+/).map(Number));
}
