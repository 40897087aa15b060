/** Compares what gdb reports about the core made from an image with what it reports about the process itself. */
import { expect } from "vitest";
import { type Answers, NO_VDSO, OPENED, registersIn } from "../gdb.js";
import { type LoadedSegment, readElfCore } from "./elf-core.js";
import { isFile, isSaved, unchangedPages } from "./memory.js";
import type { Mapping, Process } from "./process.js";

/** Answers that must be identical, if they were requested. */
const ALIKE = ["threads", "backtraces", "locals", "memory", "auxv", "mappings", "signal"];

/** Questions about registers, compared by thread. */
const REGISTER_SETS = ["registers", "further", "upper"];

export interface Expected {
  readonly answers: Answers;
  /** Thread ids; the first thread received the signal. */
  readonly threads: readonly number[];
  /** Returns the expected value of a register, by name and value in the process, where it differs. */
  readonly instead?: (name: string, value: string) => string;
  /** Registers that images cannot hold. */
  readonly without?: RegExp;
  /** Normalises values that gdb prints differently for the process and for the core. */
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
 * Everything that a debugger could read of a mapping is in segments with its permissions, except for unchanged pages of its file: of these the core
 * has only the first page of an ELF file.
 */
export function expectMapped(core: Uint8Array, process: Process): void {
  const { segments } = readElfCore(core);
  const mappings = process.mappings.filter(isSaved);
  for (const mapping of mappings) {
    const { start, end, offset, permissions, path } = mapping;
    const own = segments.filter(({ address }) => address >= start && address < end);
    for (const segment of own) {
      expect(segment.permissions).toBe(permissions.slice(0, 3));
      expect(segment.bytes.length).toBe(Number(segment.end - segment.address));
      expect(segment.end).toBeLessThanOrEqual(end);
    }
    if (path !== "[vdso]") expect(wrongPages(own, process, mapping), `${start.toString(16)} ${path}`).toEqual([]);
    if (permissions.includes("x") && path.startsWith("/"))
      expect(own.map(({ bytes }) => bytes.length)).toEqual(Number(offset) === 0 ? [process.pageSize] : []);
  }
  expect(
    segments.filter(({ address }) => !mappings.some(({ start, end }) => address >= start && address < end)),
  ).toEqual([]);
}

/** Addresses of pages that differ from what a debugger saw, or that neither the core nor a file has. */
function wrongPages(segments: readonly LoadedSegment[], process: Process, mapping: Mapping): bigint[] {
  const { page, pageSize } = process;
  const unchanged = unchangedPages(process, mapping);
  const count = Number(mapping.end - mapping.start) / pageSize;
  const addresses = Array.from({ length: count }, (_, i) => mapping.start + BigInt(i * pageSize));
  return addresses.filter((address) => {
    const segment = segments.find((one) => address >= one.address && address < one.end);
    const at = segment ? Number(address - segment.address) : 0;
    const found = segment?.bytes.subarray(at, at + pageSize) ?? (isFile(mapping) ? unchanged(address) : undefined);
    const seen = page(address);
    return seen ? !found || Buffer.compare(found, seen) !== 0 : false;
  });
}

/** The signal and the frame that gdb reports when it opens a core. */
export function openingOf({ of }: Answers): string[] {
  return (of[OPENED] ?? "").split("\n").filter((line) => /^(Program terminated|#0)/.test(line));
}

/**
 * The answer without the names of threads, which differ between a process and its core, and without the invisible files of shared memory, which gdb
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
