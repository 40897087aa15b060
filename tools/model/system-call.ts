/** The system call that a task was in: its name, the registers of its arguments, and what it returns so far. */
import { registry } from "../../generated/codecs/index.js";
import { syscalls } from "../../generated/codecs/syscalls.js";
import type { Image } from "../image/image.js";
import { type StructFields, structOf } from "../image/record/struct-fields.js";
import { checkpointCalls } from "./checkpoint-call.js";
import { headerOf } from "./header.js";
import { type Program, programOfTask } from "./program.js";
import type { Task } from "./tasks.js";

export interface SystemCall {
  /** As the architecture of the program counts them. */
  readonly number: number;
  /** As in the headers of the kernel without `__NR_`; undefined for a number that the kernel of the image has not. */
  readonly name: string | undefined;
  /** Registers that hold the arguments: as many as the call takes, or all where that is not known. */
  readonly arguments: readonly bigint[];
  /** Register of the return value, as a signed number of the program's width; negative for an error. */
  readonly result: bigint;
  /** C name of the error, `ERESTARTSYS` and the like included; undefined where the call did not fail, and for an unknown number. */
  readonly error: string | undefined;
}

/** What was going on in a task. */
export interface Activity {
  /**
   * `unknown` where the image does not tell: kernels of s390 forget the number of a call that a signal or the freezer interrupted, after they
   * have set the task back to begin it again.
   */
  readonly mode: "call" | "user" | "unknown";
  readonly call: SystemCall | undefined;
}

/** Undefined for a task without registers. */
export function activityOf(image: Image, task: Task): Activity | undefined {
  const cpu = structOf(image, task.record("CPU"));
  if (!cpu) return undefined;
  const program = programOfTask(image, task);
  const entry = entryOf(image, task, cpu, program);
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
      error: result < 0n && result >= -MOST_ERROR ? calls.errors.get(Number(-result)) : undefined,
    },
  };
}

/** The largest error number that a kernel returns. */
const MOST_ERROR = 4095n;

/** How the kernel was entered. */
interface Entry {
  readonly number: number;
  /** As many as a call can have. */
  readonly arguments: readonly bigint[];
  readonly result: bigint;
}

type EntryOf = (image: Image, task: Task, cpu: StructFields, program: Program) => Entry | "user" | "unknown";

const ENTRIES: Readonly<Record<string, EntryOf>> = {
  x86: x86Entry,
  s390: s390Entry,
  powerpc: powerpcEntry,
  arm: armEntry,
};

function entryOf(...[image, task, cpu, program]: Parameters<EntryOf>): ReturnType<EntryOf> {
  return ENTRIES[image.format.abi.target.family]?.(image, task, cpu, program) ?? "unknown";
}

const ARGUMENTS_32 = ["bx", "cx", "dx", "si", "di", "bp"];
const ARGUMENTS_64 = ["di", "si", "dx", "r10", "r8", "r9"];

/** Interrupts leave a negative number where system calls leave theirs. */
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

/** Vector of the exception by which programs call the kernel; the lowest four bits are flags. */
const SYSTEM_CALL = 0xc00;

/** Bit of the condition register by which a call says that it failed; the error is positive then. */
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

/** Places of registers in `uregs`. */
const ARM_NUMBER = 7;
const ARM_ORIG_R0 = 17;

/** What an interrupt leaves in the place of the first argument. */
const ARM_INTERRUPTED = 0xffff_ffffn;

/**
 * Not every kernel fills in the number of the thread's record; programs of the EABI have it in a register. The first argument of a call may look as an
 * interrupt does, so that a call is then told by what it returns.
 */
function armEntry(...[image, task, cpu, { bits }]: Parameters<EntryOf>): ReturnType<EntryOf> {
  const registers = bigints(cpu, "uregs");
  const first = registers[ARM_ORIG_R0];
  if (first === undefined) return "unknown";
  const number = structOf(image, task.record("THREAD"))?.number("syscall") || undefined;
  const result = BigInt.asIntN(bits, registers[0] ?? 0n);
  if (number === undefined && first === ARM_INTERRUPTED && !isRestart(result)) return "user";
  return {
    number: withoutBase(image, number ?? Number(registers[ARM_NUMBER] ?? 0n)),
    arguments: [first, ...registers.slice(1, 6)],
    result,
  };
}

/** Numbers by which the kernel tells itself to begin a call again; programs never see them. */
function isRestart(result: bigint): boolean {
  return result <= -512n && result >= -516n;
}

/** Programs of the old ABI of ARM count from a base. */
function withoutBase({ format }: Image, number: number): number {
  const base = format.constant("__NR_OABI_SYSCALL_BASE");
  return number >= base ? number - base : number;
}

function bigints(cpu: StructFields, path: string): bigint[] {
  return (cpu.values(path) ?? []).map(BigInt);
}

interface KnownCall {
  readonly name: string;
  /** Undefined where it is not known how many there are. */
  readonly args: number | undefined;
}

/** System calls and errors of the kernel that wrote an image, as programs of one architecture see them. */
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
    // Last, because an image that was converted may have a number that is another call of the version.
    for (const [number, args] of checkpointCalls(checkpointArch(image, arch)))
      this.calls.set(number, { name: "checkpoint", args });
  }

  byNumber(number: number): KnownCall | undefined {
    return this.calls.get(number);
  }
}

/** The architecture that has the numbers: programs of both widths share one table, but for those of x86. */
function checkpointArch({ format: { abi } }: Image, arch: string): string {
  return checkpointCalls(arch).size > 0 || abi.target.family === "x86" ? arch : abi.target.arch;
}

/** Calls that linux-cr brought, by the numbers of the version. A later kernel gave some of these to other calls. How many arguments they take changed. */
function* ownCalls({ format: { abi } }: Image, arch: string): Generator<[name: string, number: number], void, void> {
  const { version } = abi.target;
  const program = registry.arches(version).includes(arch) ? registry.abi(version, arch) : abi;
  for (const { name } of registry.tables.constants) {
    const [, own] = /^__NR_(?!.*BASE$)(\w+)$/.exec(name) ?? [];
    // Programs of both widths share one table, but for those of x86.
    const number = program.constant(name) ?? (abi.target.family === "x86" ? undefined : abi.constant(name));
    if (own !== undefined && number !== undefined) yield [own, Number(number)];
  }
}

/** Whether a release such as `2.6.33` came before another. */
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
