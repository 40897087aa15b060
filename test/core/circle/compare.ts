/** Compares what gdb says about the core made of an image with what it says about the process itself. */
import { expect } from "vitest";
import { type Answers, NO_VDSO, OPENED, registersIn } from "../gdb.js";
import { type LoadedSegment, readElfCore } from "./elf-core.js";
import { isSaved, unchangedPages } from "./memory.js";
import type { Mapping, Process } from "./process.js";

/** What comes out alike to the letter, where it was asked. */
const ALIKE = ["threads", "backtraces", "locals", "memory", "auxv", "mappings", "signal"];

/** Registers by thread. */
const REGISTER_SETS = ["registers", "further", "upper"];

export interface Expected {
  readonly answers: Answers;
  /** Thread ids; the first one got the signal. */
  readonly threads: readonly number[];
  /** What registers should hold instead of what they held, by name and value. */
  readonly instead?: (name: string, value: string) => string;
  /** Registers that the image has no place for. */
  readonly without?: RegExp;
  /** How values are compared, where gdb prints the same ones in another way for the process than for the core. */
  readonly form?: (name: string, value: string) => string;
}

export function expectSame(answers: Answers, expectation: Expected): void {
  const { answers: original, threads, instead, without, form = (_, value) => value } = expectation;
  for (const name of ALIKE)
    if (answers.of[name] !== undefined) expect(comparable(answers.of[name]), name).toBe(comparable(original.of[name]));
  for (const set of REGISTER_SETS) {
    if (answers.of[set] === undefined) continue;
    const expected = registersIn(original.of[set] ?? "");
    const found = registersIn(answers.of[set]);
    for (const tid of threads) {
      const registers = [...(expected.get(tid) ?? [])].filter(([name]) => !without?.test(name));
      expect(registers, `${set} of ${tid}`).not.toEqual([]);
      const formed = ([name, value]: readonly [string, string]) => [name, form(name, value)];
      expect(Object.fromEntries([...(found.get(tid) ?? [])].map(formed)), `${set} of ${tid}`).toEqual(
        Object.fromEntries(registers.map(([name, value]) => formed([name, instead?.(name, value) ?? value]))),
      );
    }
  }
  expect(answers.complaints.replace(NO_VDSO, "").trim()).toBe("");
}

/**
 * Every mapping has segments that cover it, with its permissions and all that a debugger could read there; no segment has the bytes of a program
 * or library that nobody changed.
 */
export function expectMapped(core: Uint8Array, process: Process): void {
  const { segments } = readElfCore(core);
  const mappings = process.mappings.filter(isSaved);
  for (const mapping of mappings) {
    const { start, end, permissions, path } = mapping;
    const own = segments.filter(({ address }) => address >= start && address < end);
    const edges = [...own.map(({ address }) => address), end];
    expect([start, ...own.map((segment) => segment.end)], `${start.toString(16)} ${path}`).toEqual(edges);
    for (const segment of own) {
      expect(segment.permissions).toBe(permissions.slice(0, 3));
      if (path !== "[vdso]") expect(changedBytes(segment, process, mapping)).toEqual([]);
    }
    if (permissions.includes("x") && path.startsWith("/")) expect(own.map(({ bytes }) => bytes.length)).toEqual([0]);
  }
  expect(
    segments.filter(({ address }) => !mappings.some(({ start, end }) => address >= start && address < end)),
  ).toEqual([]);
}

/** Addresses of pages that are not as a debugger saw them. Behind the bytes of a segment gdb reads the file, or zeros. */
function changedBytes({ address: start, end, bytes }: LoadedSegment, process: Process, mapping: Mapping): bigint[] {
  const { page, pageSize } = process;
  const unchanged = unchangedPages(process, mapping);
  const addresses = Array.from({ length: Number(end - start) / pageSize }, (_, i) => start + BigInt(i * pageSize));
  return addresses.filter((address) => {
    const seen = page(address);
    const at = Number(address - start);
    const found = at < bytes.length ? bytes.subarray(at, at + pageSize) : unchanged(address);
    return seen && Buffer.compare(found, seen) !== 0;
  });
}

/** The signal and the frame that gdb tells of as it opens a core. */
export function openingOf({ of }: Answers): string[] {
  return (of[OPENED] ?? "").split("\n").filter((line) => /^(Program terminated|#0)/.test(line));
}

/**
 * Without the names of threads, which differ between a process and its core, and without the invisible files of shared memory, which gdb
 * cannot open.
 */
function comparable(answer = ""): string {
  return answer
    .replace(/Thread 1\.(\d+)(?: \(CPU#\d+ \[\w+\]\))?/g, "LWP $1")
    .replace(/Thread 0x\w+ \(LWP (\d+)\)/g, "LWP $1")
    .replace(/^(Id|\*?\s+\d+)\s+(Target Id|LWP \d+)\s+/gm, "$1 $2 ")
    .split("\n")
    .filter((line) => !line.endsWith("(deleted)"))
    .join("\n");
}
