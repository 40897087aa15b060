/** The processes of the real images in gdb: registers, memory, mappings and more are what the guests wrote down beside the images. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { text } from "../cli/ckpt.js";
import { isFpuLine, isTree, isV16, PAGE, REGISTERS, savedTasks, word } from "../images/expectations.js";
import { COMPLETE, type RealImage } from "../images/fixtures.js";
import type { FilledPage, ProcFacts } from "../images/truth.js";
import { available } from "../requirement.js";
import { type Answers, ask, registersIn } from "./gdb.js";

const gdb = available("gdb", ["gdb", "-nx", "-batch"]);

describe.skipIf(!gdb).each(COMPLETE.map((image) => [image.name, image] as const))("%s", (name, image) => {
  const folder = mkdtempSync(join(tmpdir(), "ckpt-gdb-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  const { truth } = image;
  const tasks = new Map(savedTasks(image));
  const processes = new Map([...tasks].filter(([pid, facts]) => numberOf(facts, "Tgid") === pid));
  const [first = 0] = processes.keys();
  const floating = truth.lines.find(isFpuLine);
  const computing = floating === undefined ? undefined : isTree(image) ? pidIn(image, "child4") : first;
  /** Of all processes, one core after the other. */
  let said: Answers;

  beforeAll(async () => {
    const path = fileURLToPath(new URL(`../fixtures/images/${name}`, import.meta.url));
    await text("core", path, "--all", "-o", folder);
    const questions = [...processes.keys()].flatMap((pid) =>
      Object.entries({
        opened: [`core-file ${join(folder, `core.${pid}`)}`],
        registers: ["thread apply all info registers"],
        call: ["thread apply all info registers orig_eax"],
        // gdb knows no vector registers where the program has not used any.
        floating: pid === computing ? ["thread apply all info registers st0 st1 ftag xmm3"] : [],
        mappings: ["info proc mappings"],
        auxv: isV16(image) ? [] : ["info auxv"],
        ...Object.fromEntries(
          pagesOf(image, pid).map(({ address }) => [pageAt(address), [`x/${PAGE / 4}xw ${address}`]]),
        ),
      }).map(([question, commands]) => [keyOf(pid, question), commands]),
    );
    said = ask({ gdb: "gdb", folder, questions: Object.fromEntries(questions) });
  });

  const answer = (pid: number, question: string) => said.of[keyOf(pid, question)] ?? "";

  /** Registers of a task, which may be any thread of its process. */
  function registersOf(pid: number): Map<string, string> {
    const process = numberOf(tasks.get(pid), "Tgid");
    const sets = ["registers", "call", "floating"].map((set) => registersIn(answer(process, set)).get(pid));
    return new Map(sets.flatMap((set) => [...(set ?? [])]));
  }

  const numbersOf = (pid: number) =>
    new Map([...registersOf(pid)].map(([register, value]) => [register, word(/^-?\w+/.exec(value)?.[0] ?? "")]));

  test("has a core for each process, with all its threads", () => {
    expect(readdirSync(folder).sort()).toEqual([...processes.keys()].map((pid) => `core.${pid}`).sort());
    for (const process of processes.keys()) {
      const threads = [...tasks].flatMap(([pid, facts]) => (numberOf(facts, "Tgid") === process ? [pid] : []));
      expect([...registersIn(answer(process, "registers")).keys()].sort()).toEqual(threads.sort());
    }
  });

  test("opens without complaints, but for what is of another machine", () => {
    const file = /^warning: Can't open file \/(bin\/ck|data\/file\d) during file-backed mapping note processing$/;
    const complaints = said.complaints.split("\n").filter((line) => line !== "" && !file.test(line));
    expect(complaints).toEqual([]);
    // Nobody was stopped by a signal.
    for (const process of processes.keys()) expect(answer(process, "opened")).not.toContain("terminated");
  });

  test("has the registers that the program stated", () => {
    const stated = numbersOf(isTree(image) ? pidIn(image, "child4") : first);
    for (const register of Object.keys(REGISTERS))
      expect(stated.get(register), register).toBe(word(truth.values.get(register)));
    const call = truth.values.get("orig_eax");
    if (call !== undefined) expect(stated.get("orig_eax")).toBe(word(call));
    const segment = truth.values.get("gs");
    if (segment !== undefined) expect(stated.get("gs")).toBe(word(segment));
  });

  if (isTree(image))
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

  if (floating !== undefined)
    test("has the floating point registers that the program loaded", () => {
      expect(floating).toBe("fpu: st0=pi st1=1.0 xmm3={1.5,-2.25,1024,0.15625}");
      const registers = registersOf(computing ?? 0);
      expect(registers.get("st0")).toBe("3.14159265358979323851 (raw 0x4000c90fdaa22168c235)");
      expect(registers.get("st1")).toMatch(/^1 +\(raw 0x3fff8000000000000000\)$/);
      expect(registers.get("xmm3")).toContain("uint128 = 0x3e20000044800000c01000003fc00000}");
      // The other six are empty.
      expect(registers.get("ftag")).toMatch(/^0x\w+ /);
      expect(Number(registers.get("ftag")?.split(" ")[0]) & 0x0fff).toBe(0x0fff);
    });

  test("has the pages that the program filled", () => {
    for (const pid of processes.keys())
      for (const page of pagesOf(image, pid)) {
        const words = wordsIn(answer(pid, pageAt(page.address)));
        const wrong = words.flatMap((found, i) => (found === filled(page, i) ? [] : [i]));
        expect(words, `${page.region} at ${page.address}`).toHaveLength(PAGE / 4);
        // The program put a text over the end of one of them.
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
          // The kernel's name for shared anonymous memory.
          .filter(({ path }) => path.startsWith("/") && !path.startsWith("/dev/zero"))
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
        expect(value("AT_PHDR")).toBe((text?.start ?? 0) + 0x34);
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

/** Of the task that a line of the program is about. */
function pidIn({ truth }: RealImage, start: string): number {
  return Number(/pid (\d+)/.exec(truth.lines.find((line) => line.startsWith(start)) ?? "")?.[1]);
}

/** The pages that a process has filled, but for those of a file that all see, which are in no image. */
function pagesOf(image: RealImage, pid: number): FilledPage[] {
  const [root = 0] = image.truth.tasks.keys();
  // In a tree the first child and its child have another page at the address of the root's.
  const tag = isTree(image) && (pid === root + 1 || pid === root + 2) ? 0xd7 : 0xc1;
  return image.truth.pages.filter((page) => page.region !== "fileshared" && page.tag !== tag);
}

function filled({ tag, index }: FilledPage, i: number): number {
  return ((tag << 24) | ((index & 0xff) << 16) | i) >>> 0;
}

/** `0x804f000:\t0x…\t0x…` */
function wordsIn(answer: string): number[] {
  return answer.split("\n").flatMap((line) => line.split(":")[1]?.trim().split(/\s+/).map(Number) ?? []);
}
