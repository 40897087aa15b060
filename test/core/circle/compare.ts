/** Compares what gdb says about the core made of an image with what it says about the process itself. */
import { expect } from "vitest";
import { type Answers, OPENED, registersIn } from "../gdb.js";

/** What comes out alike to the letter, where it was asked. */
const ALIKE = ["threads", "backtraces", "locals", "memory", "auxv", "mappings", "signal"];

/** The kernel lends its pages to every process, and so they are in no image. gdb looks for symbols in them and tells that it found none. */
const NO_VDSO = /^Failed to read a valid object file image from memory\.$/;

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
}

export function expectSame(answers: Answers, { answers: original, threads, instead, without }: Expected): void {
  for (const name of ALIKE)
    if (answers.of[name] !== undefined) expect(comparable(answers.of[name]), name).toBe(comparable(original.of[name]));
  for (const set of REGISTER_SETS) {
    if (answers.of[set] === undefined) continue;
    const expected = registersIn(original.of[set] ?? "");
    const found = registersIn(answers.of[set]);
    for (const tid of threads) {
      const registers = [...(expected.get(tid) ?? [])].filter(([name]) => !without?.test(name));
      expect(Object.fromEntries(found.get(tid) ?? []), `${set} of ${tid}`).toEqual(
        Object.fromEntries(registers.map(([name, value]) => [name, instead?.(name, value) ?? value])),
      );
    }
  }
  expect(answers.complaints.replace(NO_VDSO, "")).toBe("");
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
