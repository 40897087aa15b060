/**
 * Compares the files that a dump needs with those of a machine: whether they are there, and whether those mapped into memory can be the same as then. The
 * image has sizes of mapped files, where its version has them; the entry point and the number of program headers of programs; and pages of mappings that
 * cannot be written to.
 */
import { windowBytes } from "../image/bytes/source.js";
import type { Image } from "../image/image.js";
import { ImageMemory, type ProcessMemory } from "../memory/memory.js";
import { programOf } from "../model/program.js";
import { type Task, tasksOf } from "../model/tasks.js";
import { textBytes } from "../model/text-bytes.js";
import { findAuxiliaryVector } from "../start/auxiliary-vector.js";
import type { NeededFile, Needs } from "./needs.js";

/** A file of the machine. */
export type MachineFile =
  | {
      readonly kind: "file";
      readonly size: number;
      readonly isExecutable: boolean;
      read(offset: number, length: number): Uint8Array;
    }
  | { readonly kind: "directory" | "other" | "missing" };

/**
 * Calls `use` with a file of the machine, which is open meanwhile.
 *
 * @param path in its bytes, because paths need not be UTF-8
 */
export type MachineFiles = <Result>(path: Uint8Array, use: (file: MachineFile) => Result) => Result;

export interface CheckedFile extends NeededFile {
  /** What is wrong with it; undefined if nothing is. */
  readonly problem: string | undefined;
  /** What shows that it is the same file: `size`, `entry point`, `pages`. Empty if nothing in the image does. */
  readonly evidence: readonly string[];
}

/** Checks the files that a dump needs, in their order. */
export function checkFiles(image: Image, { files }: Needs, machine: MachineFiles): CheckedFile[] {
  const programs = programsByPath(image);
  return files.map((file) =>
    machine(textBytes(file.path), (found) => ({ ...file, ...check(file, found, programs.get(file.path) ?? []) })),
  );
}

/** An address space, and the tasks that have it. */
interface ProgramMemory {
  readonly memory: ProcessMemory;
  readonly tasks: Task[];
}

/** The address spaces by the paths of the files that they map, or run. */
function programsByPath(image: Image): Map<string, Set<ProgramMemory>> {
  const shared = new ImageMemory(image);
  const spaces = new Map<number, ProgramMemory>();
  for (const task of tasksOf(image)) {
    const objref = task.isZombie ? undefined : task.objref("mm_objref");
    const known = objref === undefined ? undefined : spaces.get(objref);
    const memory = known ? undefined : shared.of(objref);
    if (known) known.tasks.push(task);
    else if (memory) spaces.set(objref as number, { memory, tasks: [task] });
  }
  const byPath = new Map<string, Set<ProgramMemory>>();
  const add = (path: string | undefined, program: ProgramMemory) => {
    if (path === undefined) return;
    const programs = byPath.get(path);
    if (programs) programs.add(program);
    else byPath.set(path, new Set([program]));
  };
  for (const program of spaces.values()) {
    add(program.memory.space.executable, program);
    for (const { path } of program.memory.mappings) add(path, program);
  }
  return byPath;
}

type Outcome = Pick<CheckedFile, "problem" | "evidence">;

function check(needed: NeededFile, found: MachineFile, programs: Iterable<ProgramMemory>): Outcome {
  const wrong = (problem: string): Outcome => ({ problem, evidence: [] });
  const { uses, size, leastSize, path } = needed;
  if (found.kind === "missing") return wrong("is missing");
  if (uses.includes("directory")) return found.kind === "directory" ? right([]) : wrong("is no directory");
  if (found.kind === "directory") return wrong("is a directory");
  if (found.kind !== "file") return uses.includes("mapped") ? wrong("is no file") : right([]);
  if (size !== undefined && BigInt(found.size) !== size) return wrong(`has ${found.size} bytes instead of ${size}`);
  if (
    uses.includes("mapped") &&
    BigInt(found.size) < leastSize &&
    size === undefined &&
    leastSize - BigInt(found.size) >= MAX_PAGE
  )
    return wrong(`has ${found.size} bytes, and ${leastSize} are mapped of it`);
  if (uses.includes("program") && !found.isExecutable) return wrong("cannot be executed; chmod +x makes it executable");
  const evidence = size === undefined ? [] : ["size"];
  for (const program of programs) {
    if (program.memory.space.executable === path) {
      const problem = compareProgram(found, program, evidence);
      if (problem) return wrong(problem);
    }
    const problem = comparePages(found, program.memory, path, evidence);
    if (problem) return wrong(problem);
  }
  return right([...new Set(evidence)]);
}

/** Largest page of any machine: the end of a mapping may be as far behind the end of the file. */
const MAX_PAGE = 65536n;

function right(evidence: readonly string[]): Outcome {
  return { problem: undefined, evidence };
}

type OpenedFile = Extract<MachineFile, { kind: "file" }>;

/** Entries of the auxiliary vector that come from the headers of the program: the number of program headers, and the entry point. */
const AT_PHNUM = 5n;
const AT_ENTRY = 9n;

/** Offsets of the same facts in an ELF header, and of the type of the file, by width of the program in bits. */
const ELF = {
  32: { bytes: 52, entry: 24, count: 44 },
  64: { bytes: 64, entry: 24, count: 56 },
} as const;
const ELF_TYPE = 16;

/** A program at a fixed address; others are somewhere, at a multiple of the page size. */
const ET_EXEC = 2;

function compareProgram(file: OpenedFile, { memory, tasks }: ProgramMemory, evidence: string[]): string | undefined {
  const program = programOf(memory.image, tasks, memory.stretches.end);
  const words = findAuxiliaryVector(memory, program)?.words ?? [];
  const entryOf = (type: bigint) => words.find((_, i) => i % 2 === 1 && words[i - 1] === type);
  const [entry, count] = [entryOf(AT_ENTRY), entryOf(AT_PHNUM)];
  const places = ELF[program.bits];
  if (file.size < places.bytes) return "is too short for a program";
  const head = file.read(0, places.bytes);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const { littleEndian } = program;
  if (count !== undefined && BigInt(view.getUint16(places.count, littleEndian)) !== count)
    return `is another program: it has ${view.getUint16(places.count, littleEndian)} program headers instead of ${count}`;
  if (entry === undefined) return undefined;
  const own =
    program.bits === 64
      ? view.getBigUint64(places.entry, littleEndian)
      : BigInt(view.getUint32(places.entry, littleEndian));
  const isFixed = view.getUint16(ELF_TYPE, littleEndian) === ET_EXEC;
  const page = BigInt(memory.image.format.pageSize);
  if (isFixed ? own !== entry : (entry - own) % page !== 0n)
    return `is another program: it begins at 0x${own.toString(16)}, and the one in the image at 0x${entry.toString(16)}`;
  evidence.push("entry point");
  return undefined;
}

/** Bytes that are compared at once. */
const COMPARED_AT_ONCE = 1 << 16;

/** Compares pages of the image in mappings of the file that cannot be written to. Of the others nobody knows what was written. */
function comparePages(file: OpenedFile, memory: ProcessMemory, path: string, evidence: string[]): string | undefined {
  const { image } = memory;
  const write = BigInt(image.format.constant("VM_WRITE"));
  const execute = BigInt(image.format.constant("VM_EXEC"));
  for (const stretch of memory.stretches) {
    const { mapping } = stretch;
    if (mapping.typeName !== "CKPT_VMA_FILE" || mapping.path !== path) continue;
    // Data that cannot be written to now may have been relocated when the program was loaded.
    if ((mapping.flags & write) !== 0n || (mapping.flags & execute) === 0n) continue;
    for (const { start, end, backing } of memory.within(stretch)) {
      if (backing.kind !== "image") continue;
      const offset = Number(start - mapping.start + mapping.pgoff * BigInt(image.format.pageSize));
      const size = Math.min(Number(end - start), file.size - offset);
      for (let done = 0; done < size; done += COMPARED_AT_ONCE) {
        const count = Math.min(COMPARED_AT_ONCE, size - done);
        const there = file.read(offset + done, count);
        const here = windowBytes(image.source, backing.offset + done, count);
        const at = here.findIndex((byte, i) => byte !== there[i]);
        if (at >= 0)
          return `has other contents at offset ${offset + done + at}, where the image has the page of its code at 0x${(start + BigInt(done + at)).toString(16)}`;
      }
      if (size > 0) evidence.push("pages");
    }
  }
  return undefined;
}
