/** Cores of every version and architecture, read by an independent program. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { registry } from "../../generated/elf/codecs/index.js";
import { exclusionOf, processesOf, type ReportedMapping } from "../../tools/core/index.js";
import { type Image, MemorySource, openImage } from "../../tools/image/index.js";
import type { Extent } from "../../tools/memory/memory.js";
import { readMemory } from "../../tools/memory/read.js";
import { registerOf } from "../../tools/memory/registers.js";
import { tasksOf } from "../../tools/model/tasks.js";
import { stripImage } from "../../tools/strip/index.js";
import { MemorySink } from "../../tools/write/sink.js";
import { IMAGES, realImage } from "../images/fixtures.js";
import { ABIS } from "../make-image/abis.js";
import { made, nodesOf, setField } from "../memory/subjects.js";
import { HAS_READELF, readElf } from "./readelf.js";
import { type WrittenCore, write } from "./written.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ckpt-core-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function read({ bytes }: Pick<WrittenCore, "bytes">) {
  const path = join(folder, "core");
  writeFileSync(path, bytes);
  return readElf(path);
}

const HEADERS: Readonly<Record<string, readonly [string, string, string]>> = {
  x86_32: ["ELF32", "2's complement, little endian", "Intel 80386"],
  x86_64: ["ELF64", "2's complement, little endian", "Advanced Micro Devices X86-64"],
  s390: ["ELF32", "2's complement, big endian", "IBM S/390"],
  s390x: ["ELF64", "2's complement, big endian", "IBM S/390"],
  powerpc: ["ELF32", "2's complement, big endian", "PowerPC"],
  powerpc64: ["ELF64", "2's complement, big endian", "PowerPC64"],
  arm: ["ELF32", "2's complement, little endian", "ARM"],
};

/** Notes of a thread after its status, for made images. */
const OWN_NOTES: Readonly<Record<string, readonly string[]>> = {
  x86_32: ["NT_FPREGSET", "NT_PRXFPREG", "NT_386_TLS"],
  x86_64: ["NT_FPREGSET"],
  s390: ["NT_FPREGSET", "NT_S390_SYSTEM_CALL"],
  s390x: ["NT_FPREGSET", "NT_S390_SYSTEM_CALL"],
  powerpc: ["NT_FPREGSET"],
  powerpc64: ["NT_FPREGSET", "NT_PPC_VSX"],
  arm: [],
};

describe.skipIf(!HAS_READELF).each(ABIS)("%s", (abi) => {
  const arch = abi.slice(abi.indexOf("/") + 1);
  const { image } = made(abi);
  const root = `${tasksOf(image)[0]?.pid}`;

  it("has the header of its architecture", async () => {
    const { class: width, data, machine, warnings } = read(await write(image, root));
    expect([width, data, machine]).toEqual(HEADERS[arch]);
    expect(warnings).toBe("");
  });

  it("has a segment with all bytes for what the image tells, for nothing else, and no byte twice", async () => {
    const { process, report, bytes } = await write(image, root);
    const { segments } = read({ bytes });
    const loads = segments.filter(({ type }) => type === "LOAD");
    expect(loads.length).toBe(report.memory.segments);
    let at = 0;
    for (const { start, end, mapping } of process.memory.stretches) {
      const covered: [bigint, bigint][] = [];
      for (; loads[at] && (loads[at]?.start ?? 0n) < end; at++) {
        const load = loads[at] as (typeof loads)[number];
        expect(load.flags).toBe(flagsOf(image, mapping.flags));
        expect(load.align).toBe(image.format.pageSize);
        expect(BigInt(load.fileSize)).toBe(load.memorySize);
        covered.push([load.start, load.start + load.memorySize]);
      }
      expect(covered).toEqual(toldRanges(process.memory.extents(start, end)));
    }
    expect(at).toBe(loads.length);
  });

  it("has the contents of the image, and leaves out no page that the image has", async () => {
    const { process, bytes } = await write(image, root);
    let compared = 0;
    for (const { type, start, memorySize, offset } of read({ bytes }).segments) {
      if (type !== "LOAD") continue;
      for (const piece of readMemory(process.memory, start, start + memorySize)) {
        const from = Number(piece.start - start);
        const length = Number(piece.end - piece.start);
        expect(Buffer.from(bytes.subarray(offset + from, offset + from + length)).equals(piece.bytes ?? bytes)).toBe(
          true,
        );
        compared += length;
      }
    }
    expect(compared).toBeGreaterThan(0);
  });

  it("has the notes in the order of the kernel", async () => {
    const { process, bytes } = await write(image, root);
    const { notes } = read({ bytes });
    const isNamed = image.format.kind("BUFFER") && nodesOf(image, "at_vector").length > 0;
    // v16 stores the descriptors differently, and early x86_64 kernels could not distinguish 64-bit programs.
    const own = OWN_NOTES[arch] ?? [];
    const first = ["NT_PRSTATUS", "NT_PRPSINFO", "NT_SIGINFO", ...(isNamed ? ["NT_AUXV"] : []), "NT_FILE", ...own];
    const others = process.threads.slice(1).flatMap(() => ["NT_PRSTATUS", ...own]);
    expect(notes.map(({ type }) => type)).toEqual([...first, ...others]);
  });

  it("names the files that are mapped, and where", async () => {
    const { process, bytes } = await write(image, root);
    const note = notesOf(bytes, arch).find(({ type }) => type === NT_FILE)?.contents as Uint8Array;
    const { count, page_size } = codec(arch, "nt_file").fromBytes(note);
    const entry = codec(arch, "nt_file_entry");
    const head = codec(arch, "nt_file").size;
    const names = Buffer.from(note.subarray(head + Number(count) * entry.size))
      .toString()
      .split("\0");
    const files = Array.from({ length: Number(count) }, (_, i) => {
      const { start, end, file_ofs } = entry.fromBytes(note, head + i * entry.size);
      return [BigInt(start), BigInt(end), BigInt(file_ofs), names[i]];
    });
    const mapped = [...process.memory.stretches].filter(({ mapping }) => mapping.path !== undefined);
    expect(files).toEqual(mapped.map(({ start, end, mapping }) => [start, end, mapping.pgoff, mapping.path]));
    expect(Number(page_size)).toBe(image.format.pageSize);
  });

  it("has the registers and ids of every thread", async () => {
    const { process, bytes } = await write(image, root);
    const statuses = notesOf(bytes, arch).filter(({ type }) => type === 1);
    expect(statuses.length).toBe(process.threads.length);
    for (const [i, task] of process.threads.entries()) {
      const status = codec(arch, "elf_prstatus").fromBytes(statuses[i]?.contents as Uint8Array);
      expect([status.pr_pid, status.pr_ppid, status.pr_pgrp, status.pr_sid]).toEqual([
        task.pid,
        task.ppid,
        task.pgid,
        task.sid,
      ]);
      const [ip, sp] = pointersIn(status.pr_reg);
      expect(BigInt.asUintN(31, BigInt(ip))).toBe(BigInt.asUintN(31, registerOf(image, task, "ip") ?? -1n));
      expect(BigInt(sp)).toBe(registerOf(image, task, "sp"));
    }
  });
});

/** Adjoining ranges that are in the image or zero. */
function toldRanges(extents: Iterable<Extent>): [bigint, bigint][] {
  const ranges: [bigint, bigint][] = [];
  for (const { start, end, backing } of extents) {
    if (backing.kind !== "image" && backing.kind !== "zero") continue;
    const last = ranges.at(-1);
    if (last?.[1] === start) last[1] = end;
    else ranges.push([start, end]);
  }
  return ranges;
}

/** `FILE` in ASCII. */
const NT_FILE = 0x46494c45;

const LETTERS = [
  ["VM_READ", "R"],
  ["VM_WRITE", "W"],
  ["VM_EXEC", "E"],
] as const;

function flagsOf({ format }: Image, flags: bigint): string {
  return LETTERS.map(([bit, letter]) => ((flags & BigInt(format.constant(bit))) === 0n ? "" : letter)).join("");
}

function codec(arch: string, struct: string) {
  return registry.abi("v1", arch).struct(struct);
}

/** The notes of a core, parsed by hand. */
function notesOf(bytes: Uint8Array, arch: string): { type: number; contents: Uint8Array }[] {
  const header = codec(arch, "elfhdr").fromBytes(bytes);
  const { p_offset, p_filesz } = codec(arch, "elf_phdr").fromBytes(bytes, Number(header.e_phoff));
  const notes: { type: number; contents: Uint8Array }[] = [];
  const up = (size: number) => (size + 3) & ~3;
  for (let at = Number(p_offset); at < Number(p_offset) + Number(p_filesz); ) {
    const { n_namesz, n_descsz, n_type } = codec(arch, "elf_note").fromBytes(bytes, at);
    at += 12 + up(n_namesz);
    notes.push({ type: n_type, contents: bytes.slice(at, at + n_descsz) });
    at += up(n_descsz);
  }
  return notes;
}

// biome-ignore lint/suspicious/noExplicitAny: registers of an architecture that is known at run time only
function pointersIn(registers: any): [number | bigint, number | bigint] {
  if ("ip" in registers) return [registers.ip, registers.sp];
  if ("psw" in registers) return [registers.psw.addr, registers.gprs[15]];
  if ("nip" in registers) return [registers.nip, registers.gpr[1]];
  return [registers.uregs[15], registers.uregs[13]];
}

describe.each(["v18/powerpc", "v19-rc2-b/x86_64", "v19/s390x", "v21/x86_32", "v22-arm/arm", "v23-rc2/x86_64"])(
  "%s",
  (abi) => {
    const arch = abi.slice(abi.indexOf("/") + 1);

    it("has the signal that waits for the first thread and is not blocked", async () => {
      const subject = made(abi);
      const blocked = nodesOf(subject.image, "SIGNAL_TASK")[0]?.record?.payload;
      const quiet = notesOf((await write(subject.image, "1000")).bytes, arch);
      expect(codec(arch, "elf_prstatus").fromBytes(quiet[0]?.contents as Uint8Array).pr_cursig).toBe(0);
      subject.bytes.fill(0, (blocked?.end ?? 0) - 8, blocked?.end ?? 0);
      const { bytes, report } = await write(subject.image, "1000");
      const notes = notesOf(bytes, arch);
      const statuses = notes.filter(({ type }) => type === 1);
      expect(statuses.length).toBe(2);
      for (const { contents } of statuses) expect(codec(arch, "elf_prstatus").fromBytes(contents).pr_cursig).toBe(34);
      const { si_signo, si_code, _sifields } = codec(arch, "siginfo").fromBytes(notes[2]?.contents as Uint8Array);
      expect([si_signo, si_code, _sifields._rt._pid, _sifields._rt._uid]).toEqual([34, -1, 1000, 1000]);
      expect(Number(_sifields._rt._sigval.sival_ptr)).toBe(0x1234);
      expect(report.threads[0]?.signal).toBe("SIG34");
    });

    it("has what ps shows", async () => {
      const { bytes } = await write(made(abi).image, "1000");
      const facts = codec(arch, "elf_prpsinfo").fromBytes(notesOf(bytes, arch)[1]?.contents as Uint8Array);
      expect(facts).toMatchObject({ pr_fname: "init", pr_pid: 1000, pr_uid: 1000, pr_gid: 100 });
    });
  },
);

describe("processes", () => {
  it("are made of the threads that still run, the wanted one first", async () => {
    const { image } = made("v21/x86_64");
    const thread = tasksOf(image).find(({ isThread }) => isThread);
    const { process, report } = await write(image, `${thread?.pid}`);
    expect(process.threads[0]?.pid).toBe(thread?.pid);
    expect(report.pid).toBe(thread?.tgid);
    expect(process.threads.map(({ pid }) => pid)).toContain(thread?.tgid);
  });

  it("that have exited have no core", async () => {
    const { image } = made("v21/x86_64");
    const zombie = tasksOf(image).find(({ isZombie }) => isZombie);
    await expect(write(image, `${zombie?.pid}`)).rejects.toThrow(
      `task ${zombie?.pid} has exited and has no memory any more`,
    );
    expect(processesOf(image).map(({ pid }) => pid)).not.toContain(zombie?.pid);
  });

  it("have to be named when there are several", async () => {
    await expect(write(made("v21/x86_64").image)).rejects.toThrow(
      /several processes; name one by a pid, such as 1000, /,
    );
    await expect(write(made("v21/x86_64").image, "1000,1001")).rejects.toThrow("a core is of one process");
    await expect(write(made("v21/x86_64").image, "7")).rejects.toThrow("no task has pid 7");
  });
});

describe("32-bit programs under a 64-bit kernel", () => {
  it("are told by all of their threads, unless they have memory that they could not address", async () => {
    const subject = made("v21/x86_64", { tasks: 1, plain: true });
    const cpu = nodesOf(subject.image, "CPU")[0];
    if (!cpu) throw new Error("no registers");
    setField(subject, cpu, "cs", 1);
    const { report } = await write(subject.image);
    expect(report.arch).toBe("x86_64");
  });
});

describe("options", () => {
  const { image } = made("v23-rc2/x86_64");
  const memory = ({ report }: WrittenCore): ReportedMapping[] => [...report.mappings];

  it("--sysroot stands in front of the files", async () => {
    const { bytes } = await write(image, "1000", { sysroot: "/srv/target/" });
    expect(Buffer.from(bytes).includes("/srv/target/bin/program\0")).toBe(true);
  });

  it.each([
    ["a name", "[stack]"],
    ["an address", "0x3fefffff000"],
    ["a range", "3fefffff000-0x3feffffffff"],
  ])("--exclude-vma takes %s", async (_, wish) => {
    const whole = await write(image, "1000");
    const partial = await write(image, "1000", { exclude: exclusionOf([wish]) });
    const changed = memory(partial).filter(({ excluded }) => excluded > 0n);
    expect(changed.map(({ name }) => name)).toEqual(["[stack]"]);
    expect(partial.bytes.length).toBeLessThan(whole.bytes.length);
    expect(partial.report.remarks.map(({ code }) => code)).toContain("excluded");
  });

  it("--exclude-vma names no file from which a debugger would read what is excluded", async () => {
    const named = async (wishes: readonly string[]) =>
      Buffer.from((await write(image, "1000", { exclude: exclusionOf(wishes) })).bytes).includes("/bin/program\0");
    expect(await named(["[stack]"])).toBe(true);
    expect(await named(["/bin/program"])).toBe(false);
  });

  it("a stripped image has no memory that would read as zero or as the file on the disk", async () => {
    const sink = new MemorySink();
    await stripImage(openImage(new MemorySource(realImage("v16-self-full.img").bytes)), sink);
    const { report, bytes } = await write(openImage(new MemorySource(sink.bytes)));
    expect([...report.segments]).toEqual([]);
    expect(report.memory).toMatchObject({ contents: 0, zeros: 0 });
    expect(report.remarks.map(({ message }) => message).filter((text) => text.includes("was stripped"))).not.toEqual(
      [],
    );
    // Program code and shared files are left to their files; what was private and writable is not: data of the program, and /data/file1.
    const files = notesOf(bytes, "x86_32").find(({ type }) => type === NT_FILE)?.contents as Uint8Array;
    const view = new DataView(files.buffer, files.byteOffset);
    const ranges = Array.from({ length: view.getUint32(0, true) }, (_, i) => view.getUint32(8 + 12 * i, true));
    expect(ranges).toContain(0x8048000);
    expect(ranges).toContain(0x55000000);
    expect(ranges).not.toContain(0x804d000);
    expect(ranges).not.toContain(0x54000000);
  });

  it.each([
    ["/bin/program", true],
    ["program", true],
    ["/bin/*", true],
    ["*o*r*m", true],
    ["prog", false],
    ["*x", false],
  ])("a name matches: %s", (pattern, matches) => {
    const stretch = made("v21/x86_64").chosen[0]?.memory.stretches.at(0);
    if (!stretch) throw new Error("no memory");
    const exclusion = exclusionOf([pattern]);
    expect(exclusion.excludes(stretch, "/bin/program")).toBe(matches);
    expect(exclusion.unused).toEqual(matches ? [] : [pattern]);
  });
});

describe("real images", () => {
  it.each(IMAGES.map(({ name }) => name))("%s", async (name) => {
    const { bytes } = realImage(name);
    const image = openImage(new MemorySource(bytes));
    for (const process of processesOf(image)) {
      const { report, ...core } = await write(image, `${process.pid}`);
      expect(core.bytes.length).toBe(report.size);
      if (HAS_READELF) expect(read(core).warnings).toBe("");
    }
  });
});
