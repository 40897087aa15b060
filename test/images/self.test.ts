import { describe, expect, it } from "vitest";
import { ImageContents, type Task, type Value } from "./contents.js";
import {
  expectFpu,
  expectKnownFpuLine,
  isFpuLine,
  isSelf,
  latin1,
  PAGE,
  programOf,
  registerIn,
  statedRegisters,
  unlike,
  word,
} from "./expectations.js";
import { WITNESSED } from "./fixtures.js";
import type { FilledPage } from "./truth.js";

describe.each(WITNESSED.filter(isSelf))("$name: a program that checkpointed itself", (image) => {
  const contents = new ImageContents(image);
  const { values } = image.truth;
  const [task] = contents.tasks as [Task];

  const { family, bits, ip, sp, call } = programOf(image);

  it("has the registers that it stated", () => {
    const stated = statedRegisters(image);
    expect([...stated.keys()]).toEqual(expect.arrayContaining([ip, sp, call]));
    expect(stated.size).toBeGreaterThanOrEqual(10);
    for (const [name, value] of stated) expect(registerIn(task.cpu, name), name).toBe(value);
  });

  if (family === "x86" && bits === 64)
    it("has -1 and the flags in the two registers that the processor changes on the way into a system call", () => {
      expect(task.cpu.cx).toBe(0xffff_ffff_ffff_ffffn);
      expect(task.cpu.r11).toBe(task.cpu.flags);
    });

  if (family === "x86")
    it("has the code segment of its width, and the flag of a 32-bit program under a 64-bit kernel", () => {
      const { format, notes } = image;
      const compat = bits === 32 && notes.abi.endsWith("x86_64");
      const code = (name: string) => format.constant(`CKPT_X86_SEG_${name}`);
      if (Number.isNaN(code("NULL"))) return;
      expect(task.cpu.cs).toBe(code(bits === 64 ? "USER64_CS" : "USER32_CS"));
      expect(task.cpu.ss).toBe(code(format.wordSize === 8 ? "USER64_DS" : "USER32_DS"));
      expect(task.thread.thread_info_flags & TIF_IA32).toBe(compat ? TIF_IA32 : 0);
    });

  it("has the descriptors that it opened", () => {
    const stated = image.truth.lines.flatMap(parseDescriptors);
    const found = contents.descriptors(task);
    expect(found.map(({ number }) => number)).toEqual(stated.map(({ number }) => number).sort((a, b) => a - b));
    for (const { number, path, flags, position, closeOnExec, dup } of stated) {
      const descriptor = found.find((candidate) => candidate.number === number);
      const file = descriptor?.file;
      expect(descriptor?.closeOnExec, `fd ${number}`).toBe(closeOnExec);
      if (dup !== undefined) expect(file).toBe(found.find((other) => other.number === dup)?.file);
      if (path !== undefined) expect(file?.path).toBe(path);
      // A 64-bit program opens every file for sizes beyond 2 GiB.
      if (flags !== undefined)
        expect(file?.common.f_flags, `fd ${number}`).toBe(flags | (bits === 64 ? O_LARGEFILE : 0));
      if (position !== undefined) expect(file?.common.f_pos).toBe(BigInt(position));
      // The image itself: the position is the number of bytes that the kernel had written when it reached this file.
      if (path?.endsWith(".img")) expect(file?.common.f_pos).toBe(BigInt(file?.offset ?? -1));
    }
  });

  const pipeLine = image.truth.lines.find((line) => line.includes("pipe read end"));
  if (pipeLine)
    it("has the pipe with its contents", () => {
      const [, readEnd, writeEnd, size, queued] =
        /^fd (\d+) pipe read end; fd (\d+) write end; (\d+) bytes queued (\S+)$/.exec(pipeLine) ?? [];
      const ends = [Number(readEnd), Number(writeEnd)].map(
        (fd) => contents.descriptors(task).find(({ number }) => number === fd)?.file,
      );
      expect(ends.map((file) => (file?.common.f_flags ?? 0) & 3)).toEqual([0, 1]);
      expect(ends[0]?.objref).not.toBe(ends[1]?.objref);
      expect(ends[0]?.pipe).toBe(ends[1]?.pipe);
      const bytes = contents.pipes.get(ends[0]?.pipe ?? 0);
      expect(latin1(bytes)).toBe(queued);
      expect(bytes).toHaveLength(Number(size));
      expect(contents.pipes.size).toBe(1);
    });

  if (image.truth.pages.length > 0)
    it("has the pages that it filled, and no others of its mappings", () => {
      const { pages } = image.truth;
      for (const filled of pages) {
        const { region, address, index } = filled;
        const page = contents.page(task, address);
        // The file contains what was written to a shared mapping of it.
        if (region === "fileshared") expect(page).toBeUndefined();
        else expect(unlike(image, page, filled), `${region} ${index}`).toEqual(changedWords(filled));
      }
      const regions = new Set(pages.map(({ region }) => region));
      // The program also changes its own data elsewhere, and on s390x the heap follows it.
      for (const region of ["heap", "anon", "anonro", "shmanon", "filepriv", "fileshared"]) {
        if (!regions.has(region) || (region === "heap" && family === "s390")) continue;
        const filled = pages.filter((page) => page.region === region).map(({ address }) => address);
        const { mappings } = contents.addressSpace(task);
        const { vma, pages: saved } = mappings.find(
          ({ vma }) => vma.vm_start <= (filled[0] ?? 0) && (filled[0] ?? 0) < vma.vm_end,
        ) as Value;
        const base = vma.ino_objref === 0 ? 0 : Number(vma.vm_start);
        const positions = filled.map((address) => (base === 0 ? address : (address - base) / PAGE));
        expect([...saved.keys()], region).toEqual(region === "fileshared" ? [] : positions);
      }
      if (!values.has("protnone_any")) return;
      const nothing = Number(values.get("protnone_any"));
      expect(contents.addressSpace(task).mappings.find(({ vma }) => Number(vma.vm_start) === nothing)?.pages.size).toBe(
        0,
      );
      expect([Number(values.get("brk0")), Number(values.get("brk1"))]).toEqual([
        Number(contents.addressSpace(task).mm.start_brk),
        Number(contents.addressSpace(task).mm.brk),
      ]);
    });

  const marked = image.truth.pages.find(isMarked);
  if (marked)
    it("has the text that it wrote over a filled page", () => {
      const text = contents.page(task, marked.address)?.subarray(MARK_OFFSET, MARK_OFFSET + MARK.length);
      expect(latin1(text)).toBe(MARK);
    });

  if (values.has("fs_base"))
    it("has its thread-local storage below 4 GiB in a slot, and a base above that in the register", () => {
      const slot = image.format.constant("CKPT_X86_SEG_TLS");
      expect(task.cpu).toMatchObject({ fsindex: slot, fs: 0n, gsindex: 0, gs: BigInt(values.get("gs_base") ?? "") });
      expect(segment(task.tls[0])).toMatchObject({ base: Number(values.get("fs_base")), is32: true });
    });

  if (values.has("gs"))
    it("has the segment that it set up", () => {
      const entry = Number(values.get("tls_entry"));
      const first = image.format.constant("GDT_ENTRY_TLS_MIN");
      expect(Number(values.get("gs")) >> 3).toBe(entry);
      if (task.cpu.gsindex === undefined) expect(task.cpu.gs).toBe(word(values.get("gs")));
      else expect(task.cpu.gsindex).toBe(image.format.constant("CKPT_X86_SEG_TLS") + entry - first);
      expect(segment(task.tls[entry - first])).toMatchObject({
        base: Number(values.get("tls_base")),
        limit: 0xfffff,
        is32: true,
        inPages: true,
        usable: true,
      });
    });

  if (values.has("modify_ldt"))
    it("has the local descriptor table that it set up", () => {
      const { ldt } = contents.addressSpace(task);
      expect(ldt).toHaveLength(512);
      // The program requested a usable entry, but the old form of modify_ldt that it called never sets that bit.
      expect(segment(ldt[1])).toEqual({ base: 0x12345000, limit: 0x321, is32: true, inPages: false, usable: false });
      expect(ldt.filter(({ a, b }) => a !== 0 || b !== 0)).toHaveLength(1);
    });

  const loaded = image.truth.lines.some(isFpuLine);
  if (loaded && family === "x86")
    it("has the floating point registers that it loaded", () => {
      expectFpu(image, task);
    });

  if (family === "s390")
    it("has no floating point registers: the kernel copies what it saved at the last switch to another task", () => {
      if (loaded) expectKnownFpuLine(image);
      expect(task.cpu.fprs.map(({ ui }: Value) => ui)).toEqual(Array(16).fill(0n));
    });

  if (!loaded && family === "x86")
    it("has no floating point state when it never used any", () => {
      expect(task.cpu.used_math).toBe(0);
      expect(task.fpu).toBeUndefined();
    });
});

interface StatedDescriptor {
  readonly number: number;
  readonly path?: string;
  readonly flags?: number;
  readonly position?: number;
  readonly closeOnExec: boolean;
  /** Descriptor that shares the open file. */
  readonly dup?: number;
}

/** Thread flag of a 32-bit program under a 64-bit kernel of x86. */
const TIF_IA32 = 0x20000;

const O_LARGEFILE = 0o100000;

/** Open flags on all machines by the names in the test program. */
const FLAGS: Readonly<Record<string, number>> = {
  O_RDONLY: 0,
  "O_WRONLY|O_APPEND": 0o2001,
  O_RDWR: 2,
  directory: 0o200000,
};

function parseDescriptors(line: string): StatedDescriptor[] {
  const dup = /^fd (\d+) dup2? of (\d+)$/.exec(line);
  if (dup) return [{ number: Number(dup[1]), dup: Number(dup[2]), closeOnExec: false }];
  const pipe = /^fd (\d+) pipe read end; fd (\d+) write end/.exec(line);
  if (pipe) return [1, 2].map((i) => ({ number: Number(pipe[i]), closeOnExec: false }));
  const file = /^fd (\d+) (\S+) (\S+)(?: pos=(\d+))?( FD_CLOEXEC)?/.exec(line);
  if (!file) return [];
  const [, number, path = "", words = "", position, closeOnExec] = file;
  const flags = FLAGS[words];
  if (flags === undefined) throw new Error(`unknown flags in ${line}`);
  return [
    {
      number: Number(number),
      path,
      flags,
      closeOnExec: closeOnExec !== undefined,
      ...(position !== undefined && { position: Number(position) }),
    },
  ];
}

/** Whether the program wrote a text over the page after filling it, which no truth file mentions. */
function isMarked({ region, index }: FilledPage): boolean {
  return region === "anon" && index === 1;
}
const MARK_OFFSET = 0xf00;
const MARK = "ANON-TEXT-MARKER: the quick brown fox";

/** Indexes of the words of a page that the program changed after filling it. */
function changedWords(page: FilledPage): number[] {
  return isMarked(page) ? Array.from({ length: Math.ceil(MARK.length / 4) }, (_, i) => MARK_OFFSET / 4 + i) : [];
}

function segment({ a, b }: Value) {
  return {
    base: ((a >>> 16) | ((b & 0xff) << 16) | (b & 0xff000000)) >>> 0,
    limit: (a & 0xffff) | (b & 0xf0000),
    usable: (b & (1 << 20)) !== 0,
    is32: (b & (1 << 22)) !== 0,
    inPages: (b & (1 << 23)) !== 0,
  };
}
