/** The system call that a task was in: its name, the registers of its arguments, and its result so far. */
import { registry } from "../../generated/codecs/index.js";
import { syscalls } from "../../generated/codecs/syscalls.js";
import type { Image } from "../image/image.js";
import { type StructFields, structOf } from "../image/record/struct-fields.js";
import { checkpointCalls } from "./checkpoint-call.js";
import { headerOf } from "./header.js";
import { type Program, programOfTask } from "./program.js";
import type { Task } from "./tasks.js";

export interface SystemCall {
  /** Number on the architecture of the program. */
  readonly number: number;
  /** Name in the headers of the kernel, without `__NR_`; undefined for a number that the kernel of the image does not have. */
  readonly name: string | undefined;
  /** Registers of the arguments: as many as the call has, or all if that is not known. */
  readonly arguments: readonly bigint[];
  /** Register of the return value, as a signed number of the program's width; negative for an error. */
  readonly result: bigint;
  /** C name of the error, including ERESTARTSYS and others; undefined if the call did not fail, and for an unknown number. */
  readonly error: string | undefined;
}

/** Activity of a task at the checkpoint. */
export interface Activity {
  /**
   * `unknown` if it cannot be determined: s390 kernels drop the number of a call that a signal or the freezer interrupted, after they set the task
   * back to restart it.
   */
  readonly mode: "call" | "user" | "unknown";
  readonly call: SystemCall | undefined;
}

/** Activity of a task; undefined for a task without registers. */
export function activityOf(image: Image, task: Task): Activity | undefined {
  const cpu = structOf(image, task.record("CPU"));
  if (!cpu) return undefined;
  const program = programOfTask(image, task);
  const entry = ENTRIES[image.format.abi.target.family]?.(image, task, cpu, program) ?? "unknown";
  if (typeof entry === "string") return { mode: entry, call: undefined };
  const calls = callsOf(image, program);
  const known = calls.byNumber(entry.number);
  const unsigned = (value: bigint) => BigInt.asUintN(program.bits, value);
  const { result } = entry;
  return {
    mode: "call",
    call: {
      number: entry.number,
      name: known?.name,
      arguments: entry.arguments.slice(0, known?.args).map(unsigned),
      result,
      error: result < 0n && result >= -MAX_ERRNO ? calls.errors.get(Number(-result)) : undefined,
    },
  };
}

/** The largest error number that a kernel returns. */
const MAX_ERRNO = 4095n;

/** State at the entry into the kernel. */
interface KernelEntry {
  readonly number: number;
  /** All registers that can hold arguments. */
  readonly arguments: readonly bigint[];
  readonly result: bigint;
}

type EntryOf = (image: Image, task: Task, cpu: StructFields, program: Program) => KernelEntry | "user" | "unknown";

const ENTRIES: Readonly<Record<string, EntryOf>> = {
  x86: x86Entry,
  s390: s390Entry,
  powerpc: powerpcEntry,
  arm: armEntry,
};

const ARGUMENTS_32 = ["bx", "cx", "dx", "si", "di", "bp"];
const ARGUMENTS_64 = ["di", "si", "dx", "r10", "r8", "r9"];

/** Interrupts leave a negative number in the place of the system call number. */
function x86Entry(...[, , cpu, { bits }]: Parameters<EntryOf>): ReturnType<EntryOf> {
  const number = BigInt.asIntN(bits, cpu.big("orig_ax") ?? -1n);
  if (number < 0n) return "user";
  return {
    number: Number(number),
    arguments: (bits === 64 ? ARGUMENTS_64 : ARGUMENTS_32).map((path) => cpu.big(path) ?? 0n),
    result: BigInt.asIntN(bits, cpu.big("ax") ?? 0n),
  };
}

/** No call has the number 0. */
function s390Entry(...[, , cpu, { bits }]: Parameters<EntryOf>): ReturnType<EntryOf> {
  const number = cpu.number("svcnr") ?? 0;
  if (number === 0) return "unknown";
  const general = bigints(cpu, "gprs");
  return {
    number,
    arguments: [cpu.big("orig_gpr2") ?? 0n, ...general.slice(3, 8)],
    result: BigInt.asIntN(bits, general[2] ?? 0n),
  };
}

/** Vector of the system call exception; the lowest four bits are flags. */
const SYSTEM_CALL = 0xc00;

/** Bit of the condition register that marks a failed call; its error number is positive. */
const SUMMARY_OVERFLOW = 0x1000_0000n;

function powerpcEntry(...[, , cpu, { bits }]: Parameters<EntryOf>): ReturnType<EntryOf> {
  const general = bigints(cpu, "pt_regs.gpr");
  if ((cpu.number("pt_regs.trap") ?? 0) >>> 4 !== SYSTEM_CALL >>> 4 || general.length === 0) return "user";
  const value = BigInt.asIntN(bits, general[3] ?? 0n);
  const failed = ((cpu.big("pt_regs.ccr") ?? 0n) & SUMMARY_OVERFLOW) !== 0n;
  return {
    number: Number(BigInt.asUintN(32, general[0] ?? 0n)),
    arguments: [cpu.big("pt_regs.orig_gpr3") ?? 0n, ...general.slice(4, 9)],
    result: failed && value > 0n ? -value : value,
  };
}

/** Indexes of registers in `uregs`. */
const ARM_NUMBER = 7;
const ARM_ORIG_R0 = 17;

/** Value that an interrupt leaves in the place of the first argument. */
const ARM_INTERRUPTED = 0xffff_ffffn;

/**
 * Not every kernel fills in the number in the thread record; EABI programs have it in a register. The first argument of a call may look like an
 * interrupt, so the result is checked as well.
 */
function armEntry(...[image, task, cpu, { bits }]: Parameters<EntryOf>): ReturnType<EntryOf> {
  const registers = bigints(cpu, "uregs");
  const first = registers[ARM_ORIG_R0];
  if (first === undefined) return "unknown";
  const number = structOf(image, task.record("THREAD"))?.number("syscall") || undefined;
  const result = BigInt.asIntN(bits, registers[0] ?? 0n);
  // Results by which the kernel marks a call for a restart; programs never see them.
  const isRestart = result <= -512n && result >= -516n;
  if (number === undefined && first === ARM_INTERRUPTED && !isRestart) return "user";
  return {
    number: withoutBase(image, number ?? Number(registers[ARM_NUMBER] ?? 0n)),
    arguments: [first, ...registers.slice(1, 6)],
    result,
  };
}

/** Number of a call without the base that programs of the old ARM ABI add. */
function withoutBase({ format }: Image, number: number): number {
  const base = format.constant("__NR_OABI_SYSCALL_BASE");
  return number >= base ? number - base : number;
}

function bigints(cpu: StructFields, path: string): bigint[] {
  return (cpu.values(path) ?? []).map(BigInt);
}

interface KnownCall {
  readonly name: string;
  /** Number of arguments; undefined if not known. */
  readonly args: number | undefined;
}

/** System calls and errors of the kernel that wrote an image, for programs of one architecture. */
class Calls {
  readonly errors: ReadonlyMap<number, string>;
  private readonly calls = new Map<number, KnownCall>();

  constructor(image: Image, arch: string) {
    const kernel = headerOf(image).kernel;
    const table = syscalls()[arch];
    for (const { number, name, args, linux, before } of table?.calls ?? [])
      if (
        kernel === undefined
          ? before === undefined
          : !isOlder(kernel, linux) && (before === undefined || isOlder(kernel, before))
      )
        this.calls.set(number, { name, args });
    this.errors = new Map(table?.errors);
    for (const [name, number] of ownCalls(image, arch)) this.calls.set(number, { name, args: undefined });
    // Last, because a converted image may have a number that is another call in its version.
    for (const [number, args] of checkpointCalls(checkpointArch(image, arch)))
      this.calls.set(number, { name: "checkpoint", args });
  }

  byNumber(number: number): KnownCall | undefined {
    return this.calls.get(number);
  }
}

/** The architecture that defines the numbers: programs of both widths share one table, except on x86. */
function checkpointArch({ format: { abi } }: Image, arch: string): string {
  return checkpointCalls(arch).size > 0 || abi.target.family === "x86" ? arch : abi.target.arch;
}

/**
 * Calls that linux-cr added, with their numbers in the version. Later kernels gave some of these numbers to other calls, and the number of arguments
 * changed.
 */
function* ownCalls({ format: { abi } }: Image, arch: string): Generator<[name: string, number: number], void, void> {
  const { version } = abi.target;
  const program = registry.arches(version).includes(arch) ? registry.abi(version, arch) : abi;
  for (const { name } of registry.tables.constants) {
    const [, own] = /^__NR_(?!.*BASE$)(\w+)$/.exec(name) ?? [];
    // Programs of both widths share one table, except on x86.
    const number = program.constant(name) ?? (abi.target.family === "x86" ? undefined : abi.constant(name));
    if (own !== undefined && number !== undefined) yield [own, Number(number)];
  }
}

/** Whether a release such as `2.6.33` is older than another. */
function isOlder(release: string, other = "0"): boolean {
  const [parts, others] = [release, other].map((text) => text.split(".").map(Number)) as [number[], number[]];
  const at = others.findIndex((part, i) => part !== (parts[i] ?? 0));
  return at >= 0 && (parts[at] ?? 0) < (others[at] as number);
}

const known = new WeakMap<Image, Map<string, Calls>>();

function callsOf(image: Image, { arch }: Program): Calls {
  const byArch = known.get(image) ?? new Map<string, Calls>();
  known.set(image, byArch);
  const calls = byArch.get(arch) ?? new Calls(image, arch);
  byArch.set(arch, calls);
  return calls;
}
