/** The processes of the real images in gdb: registers, memory, mappings and more match what the guests noted. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { text } from "../cli/ckpt.js";
import {
  computingPid,
  expectKnownFpuLine,
  FPRS,
  isFpuLine,
  isTree,
  isV16,
  PAGE,
  pidNamed,
  programOf,
  savedTasks,
  statedRegisters,
  word,
} from "../images/expectations.js";
import { WITNESSED, type WitnessedImage } from "../images/fixtures.js";
import type { FilledPage, ProcFacts } from "../images/truth.js";
import { available } from "../requirement.js";
import { type Answers, ask, registersIn } from "./gdb.js";

/** Debuggers by family of architectures. */
const TOOLS = {
  x86: { gdb: "gdb", isThere: available("gdb", ["gdb", "-nx", "-batch"]) },
  s390: { gdb: "gdb-multiarch", isThere: available("gdb-multiarch", ["gdb-multiarch", "-nx", "-batch"]) },
};

const SUBJECTS = WITNESSED.filter((image) => TOOLS[programOf(image).family].isThere);

test.skipIf(SUBJECTS.length > 0)("needs gdb", (context) => context.skip());

describe.each(SUBJECTS.map((image) => [image.name, image] as const))("%s", (name, image) => {
  const folder = mkdtempSync(join(tmpdir(), "ckpt-gdb-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  const { truth } = image;
  const tasks = new Map(savedTasks(image));
  const processes = new Map([...tasks].filter(([pid, facts]) => numberOf(facts, "Tgid") === pid));
  const program = programOf(image);
  const { family, bits, call } = program;
  const computing = computingPid(image);
  // No image holds the floating-point registers of an s390x program that checkpointed itself.
  const floating = truth.lines.some(isFpuLine) && (family === "x86" || isTree(image));
  /** Registers that gdb shows only on request. */
  const OTHERS = family === "s390" ? "orig_r2" : bits === 64 ? `${call} fs_base gs_base` : call;
  /** gdb shows no vector registers if the program has not used any. */
  const FLOATING = family === "x86" ? "st0 st1 ftag xmm3" : FPRS.map((_, i) => `f${i}`).join(" ");
  /** Answers about all processes, one core after the other. */
  let said: Answers;

  beforeAll(async () => {
    const path = fileURLToPath(new URL(`../fixtures/images/${name}`, import.meta.url));
    await text("core", path, "--all", "-o", folder);
    const questions = [...processes.keys()].flatMap((pid) =>
      Object.entries({
        opened: [`core-file ${join(folder, `core.${pid}`)}`],
        registers: ["thread apply all info registers"],
        call: [`thread apply all info registers ${OTHERS}`],
        floating: floating && pid === computing ? [`thread apply all info registers ${FLOATING}`] : [],
        mappings: ["info proc mappings"],
        auxv: isV16(image) ? [] : ["info auxv"],
        ...Object.fromEntries(
          pagesOf(image, pid).map(({ address }) => [pageAt(address), [`x/${PAGE / 4}xw ${address}`]]),
        ),
      }).map(([question, commands]) => [keyOf(pid, question), commands]),
    );
    said = ask({ gdb: TOOLS[family].gdb, folder, questions: Object.fromEntries(questions) });
  });

  const answer = (pid: number, question: string) => said.of[keyOf(pid, question)] ?? "";

  /** Registers of a task, which may be any thread of its process. */
  function registersOf(pid: number): Map<string, string> {
    const process = numberOf(tasks.get(pid), "Tgid");
    const sets = ["registers", "call", "floating"].map((set) => registersIn(answer(process, set)).get(pid));
    return new Map(sets.flatMap((set) => [...(set ?? [])]));
  }

  const numbersOf = (pid: number) =>
    new Map(
      [...registersOf(pid)].flatMap(([register, value]) => {
        const number = /^-?(0x[\da-f]+|\d+)(?![.\w])/.exec(value)?.[0];
        return number === undefined ? [] : [[register, BigInt.asUintN(bits, BigInt(number))] as const];
      }),
    );

  test("has a core for each process, with all its threads", () => {
    expect(readdirSync(folder).sort()).toEqual([...processes.keys()].map((pid) => `core.${pid}`).sort());
    for (const process of processes.keys()) {
      const threads = [...tasks].flatMap(([pid, facts]) => (numberOf(facts, "Tgid") === process ? [pid] : []));
      expect([...registersIn(answer(process, "registers")).keys()].sort()).toEqual(threads.sort());
    }
  });

  test("opens without complaints, but for what is of another machine", () => {
    const file = /^warning: Can't open file \/(bin\/ck(32)?|data\/file\d) during file-backed mapping note processing$/;
    const complaints = said.complaints.split("\n").filter((line) => line !== "" && !file.test(line));
    expect(complaints).toEqual([]);
    // No process was stopped by a signal.
    for (const process of processes.keys()) expect(answer(process, "opened")).not.toContain("terminated");
  });

  test("has the registers that the program stated", () => {
    const found = numbersOf(computing);
    const stated = [...statedRegisters(image)].filter(([register]) => !UNKNOWN.includes(register));
    expect(stated.length).toBeGreaterThanOrEqual(8);
    for (const [register, value] of stated) expect(found.get(register), register).toBe(value);
    for (const register of ["gs", "fs_base", "gs_base"]) {
      const value = truth.values.get(register);
      if (value !== undefined) expect(found.get(register), register).toBe(BigInt(value));
    }
  });

  if (isTree(image) && family === "s390")
    test("has the registers of /proc/PID/status in every task", () => {
      for (const [pid, { registers }] of tasks) {
        const found = numbersOf(pid);
        for (const [register, value] of registers) expect(found.get(register), `${pid} ${register}`).toBe(value);
      }
    });

  if (truth.values.has("rmtp"))
    test("stops each task where /proc says", () => {
      for (const [pid, { syscall }] of tasks) {
        const found = numbersOf(pid);
        const [ip, sp, ...rest] = [...syscall].reverse();
        expect(found.get("eip")).toBe(word(ip));
        expect(found.get("esp")).toBe(word(sp));
        const [number, ...args] = rest.reverse();
        if (args.length === 0) continue;
        expect(found.get("orig_eax")).toBe(word(number));
        args.forEach((arg, i) => {
          expect(found.get(["ebx", "ecx", "edx", "esi", "edi", "ebp"][i] ?? "")).toBe(word(arg));
        });
      }
    });

  if (floating && family === "s390")
    test("has the floating point registers that the program loaded", () => {
      expectKnownFpuLine(image);
      const registers = registersOf(computing);
      expect(FPRS.map((_, i) => Number(registers.get(`f${i}`)?.split(" ")[0]))).toEqual(FPRS);
    });

  if (floating && family === "x86")
    test("has the floating point registers that the program loaded", () => {
      expectKnownFpuLine(image);
      const registers = registersOf(computing);
      expect(registers.get("st0")).toBe("3.14159265358979323851 (raw 0x4000c90fdaa22168c235)");
      expect(registers.get("st1")).toMatch(/^1 +\(raw 0x3fff8000000000000000\)$/);
      expect(registers.get("xmm3")).toContain("uint128 = 0x3e20000044800000c01000003fc00000}");
      // The other six registers are empty.
      expect(registers.get("ftag")).toMatch(/^0x\w+ /);
      expect(Number(registers.get("ftag")?.split(" ")[0]) & 0x0fff).toBe(0x0fff);
    });

  test("has the pages that the program filled", () => {
    for (const pid of processes.keys())
      for (const page of pagesOf(image, pid)) {
        const words = wordsIn(answer(pid, pageAt(page.address)));
        const wrong = words.flatMap((found, i) => (found === filled(page, i) ? [] : [i]));
        expect(words, `${page.region} at ${page.address}`).toHaveLength(PAGE / 4);
        // The program wrote a text over the end of one of them.
        const text =
          page.region === "anon" && page.index === 1 ? wrong.filter((i) => i < 0xf00 / 4 || i >= 0xf28 / 4) : wrong;
        expect(text, `${page.region} at ${page.address}`).toEqual([]);
      }
  });

  test("maps the files that /proc/PID/maps has", () => {
    for (const [pid, { maps }] of processes) {
      const lines = answer(pid, "mappings").matchAll(/^\s*(0x\w+)\s+(0x\w+)\s+0x\w+\s+(0x\w+)\s+(.*)$/gm);
      expect(
        [...lines].map(([, start, end, offset, path]) => [Number(start), Number(end), Number(offset), path]),
      ).toEqual(
        maps
          // The kernel's names for shared anonymous memory and for System V segments.
          .filter(({ path }) => path.startsWith("/") && !path.startsWith("/dev/zero") && !path.startsWith("/SYSV"))
          .map(({ start, end, offset, path }) => [start, end, offset, path]),
      );
    }
  });

  if (!isV16(image))
    test("has the AT vector", () => {
      for (const [pid, facts] of processes) {
        const vector = answer(pid, "auxv");
        const value = (type: string) => Number(new RegExp(`${type} .* (\\w+)$`, "m").exec(vector)?.[1]);
        const [text] = facts.maps;
        expect(value("AT_PAGESZ")).toBe(PAGE);
        expect(value("AT_CLKTCK")).toBe(100);
        expect(value("AT_PHDR")).toBe((text?.start ?? 0) + (bits === 64 ? 0x40 : 0x34));
        expect(value("AT_ENTRY")).toBeGreaterThan(text?.start ?? 0);
        expect(value("AT_ENTRY")).toBeLessThan(text?.end ?? 0);
        expect(value("AT_UID")).toBe(numberOf(facts, "Uid"));
        expect(value("AT_EGID")).toBe(numberOf(facts, "Gid"));
      }
    });
});

function keyOf(pid: number, question: string): string {
  return `${question} of ${pid}`;
}

function pageAt(address: number): string {
  return `page at ${address}`;
}

function numberOf(facts: ProcFacts | undefined, key: string): number {
  return Number.parseInt(facts?.status.get(key) ?? "", 10);
}

/** Registers in the notes that cores of s390x do not have. */
const UNKNOWN = ["svcnr", "ilc"];

/** The pages that a process has filled, without those of a shared file mapping, which are in no image. */
function pagesOf(image: WitnessedImage, pid: number): FilledPage[] {
  // In a tree, the first child and its child have another page at the address of the root's.
  const others = isTree(image) ? ["kid-reader", "grandkid"].map((name) => pidNamed(image, name)) : [];
  const tag = others.includes(pid) ? 0xd7 : 0xc1;
  return image.truth.pages.filter((page) => page.region !== "fileshared" && page.tag !== tag);
}

function filled({ tag, index }: FilledPage, i: number): number {
  return ((tag << 24) | ((index & 0xff) << 16) | i) >>> 0;
}

/** Words from `0x804f000:\t0x…\t0x…` */
function wordsIn(answer: string): number[] {
  return answer.split("\n").flatMap((line) => line.split(":")[1]?.trim().split(/\s+/).map(Number) ?? []);
}
