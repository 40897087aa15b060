/** Expected values that several tests of real images use. */
import { expect } from "vitest";
import type { ImageContents, Task, Value } from "./contents.js";
import type { RealImage, WitnessedImage } from "./fixtures.js";
import type { FilledPage, ProcFacts, StatedRegisters } from "./truth.js";

/** Page size in bytes on all machines of the images. */
export const PAGE = 4096;

export const isTree = ({ notes }: RealImage) => notes.tasks.length > 1;
export const isSelf = (image: RealImage) => !isTree(image);
export const isV16 = ({ name }: RealImage) => name.startsWith("v16-");

/** Properties of the programs in an image, which differ from those of the kernel if it runs 32-bit programs. */
export interface Program {
  readonly family: "x86" | "s390";
  readonly bits: 32 | 64;
  /** Debugger's name of the program counter. */
  readonly ip: string;
  readonly sp: string;
  readonly call: string;
}

export function programOf({ notes, truth }: RealImage): Program {
  const arch = truth?.values.get("arch") ?? notes.abi.split("/")[1];
  switch (arch) {
    case "x86_32":
      return { family: "x86", bits: 32, ip: "eip", sp: "esp", call: "orig_eax" };
    case "x86_64":
      return { family: "x86", bits: 64, ip: "rip", sp: "rsp", call: "orig_rax" };
    case "s390x":
      return { family: "s390", bits: 64, ip: "pswa", sp: "r15", call: "svcnr" };
    default:
      throw new Error(`no image is known of programs of ${arch}`);
  }
}

/** Value of a register in a decoded CPU record, by the debugger's name. */
export function registerIn(cpu: Value, name: string): bigint {
  const [, array, index] = /^(r|acr)(\d+)$/.exec(name) ?? [];
  if (cpu.gprs && array !== undefined) return BigInt(cpu[array === "r" ? "gprs" : "acrs"][Number(index)]);
  const field = S390_FIELDS[name] ?? name.replace(/(^|orig_)[er](?=[a-z])/, "$1");
  const value = cpu[field];
  if (value === undefined) throw new Error(`no register ${name} in a CPU record`);
  return BigInt(value);
}

const S390_FIELDS: Readonly<Record<string, string>> = {
  pswm: "psw_t_mask",
  pswa: "psw_t_addr",
  orig_r2: "orig_gpr2",
};

/** A 32-bit register or word as an unsigned value, whatever sign it has elsewhere. */
export function word(value: string | number | bigint | undefined): bigint {
  if (value === undefined) throw new Error("the truth file does not state it");
  return BigInt.asUintN(32, BigInt(value));
}

/** The task with that name in /proc. Names of the older programs are mapped to the newer ones. */
export function pidNamed({ truth }: WitnessedImage, name: string): number {
  const [pid] = [...truth.tasks].find(([, { status }]) => status.get("Name") === name) ?? [];
  if (pid === undefined) throw new Error(`no task is called ${name}`);
  return pid;
}

/** The task whose registers the truth file states: the one that runs in a loop, or the program that checkpointed itself. */
export function computingPid(image: WitnessedImage): number {
  return isTree(image) ? pidNamed(image, "kid-spin") : ([...image.truth.tasks.keys()][0] ?? 0);
}

/** The stated registers of that task, from the program or from its status file. */
export function statedRegisters(image: WitnessedImage): StatedRegisters {
  const { registers, tasks } = image.truth;
  return registers.size > 0 ? registers : (tasks.get(computingPid(image))?.registers ?? registers);
}

export function taskOf(contents: ImageContents, pid: number): Task {
  const task = contents.tasks.find(({ pids }) => pids.vpid === pid);
  if (!task) throw new Error(`no task ${pid}`);
  return task;
}

/** The tasks of the truth file that the image holds: v16 saves only the first thread of a process. */
export function savedTasks(image: WitnessedImage): [pid: number, facts: ProcFacts][] {
  return [...image.truth.tasks].filter(([pid, { status }]) => !isV16(image) || Number(status.get("Tgid")) === pid);
}

/** Indexes of the 32-bit words in which a page differs from the pattern, in the byte order of the image; undefined when there is no such page. */
export function unlike({ format }: RealImage, page: Uint8Array | undefined, { tag, index }: FilledPage) {
  if (page?.length !== PAGE) return undefined;
  const view = new DataView(page.buffer, page.byteOffset, PAGE);
  return Array.from({ length: PAGE / 4 }, (_, i) => i).filter(
    (i) => view.getUint32(i * 4, format.littleEndian) !== ((tag << 24) | ((index & 0xff) << 16) | i) >>> 0,
  );
}

/** Machine name as printed by uname. */
export function machineOf({ notes }: Pick<RealImage, "notes">): "i686" | "x86_64" | "s390x" {
  const arch = notes.abi.split("/")[1];
  return arch === "x86_64" || arch === "s390x" ? arch : "i686";
}

/** Path of the program. */
export function executableOf({ name }: RealImage): string {
  return name.includes("32-full") || name.includes("i32-") ? "/bin/ck32" : "/bin/ck";
}

/** Tasks that share memory and descriptors with the root: a clone of the older program, and the threads of the root process. */
export function sharersOf(image: WitnessedImage): number[] {
  const clones = image.truth.lines.flatMap((line) => /CLONE_VM.* pid (\d+)$/.exec(line)?.[1] ?? []);
  const threads = savedTasks(image).filter(([pid, { status }]) => Number(status.get("Tgid")) !== pid);
  return [...clones.map(Number), ...threads.map(([pid]) => pid)];
}

export function isFpuLine(line: string): boolean {
  return line.startsWith("fpu: ");
}

/** Floating-point values that the programs load; on x86 xmm12 has the same, if it exists. */
const FPU_LINES: Readonly<Record<string, string>> = {
  "x86 32": "fpu: st0=pi st1=1.0 xmm3={1.5,-2.25,1024,0.15625}",
  "x86 64": "fpu: st0=pi st1=1.0 xmm3={1.5,-2.25,1024,0.15625} xmm12=same",
  "s390 64": "fpu: f0=1.5 f1=-2.25 f2=1024 f3=0.15625 f4=4.5 .. f14=14.5 f15=-15.75 fpc=0x00000003",
};

/** Words of an x87 register, sign and exponent last: the significands are those of pi and of 1. */
const PI = [0x2168c235, 0xc90fdaa2, 0x4000];
const ONE = [0, 0x80000000, 0x3fff];
export const XMM3 = [1.5, -2.25, 1024, 0.15625];
/** Floating-point registers of s390. */
export const FPRS = [1.5, -2.25, 1024, 0.15625, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5, 10.5, 11.5, 12.5, 13.5, 14.5, -15.75];

/** Fails when a truth file states other floating-point values than the tests expect. */
export function expectKnownFpuLine(image: WitnessedImage): void {
  const { family, bits } = programOf(image);
  expect(image.truth.lines.find(isFpuLine)).toBe(FPU_LINES[`${family} ${bits}`]);
}

export function expectFpu(image: WitnessedImage, { cpu, fpu }: Task): void {
  expectKnownFpuLine(image);
  const { family, bits } = programOf(image);
  if (family === "s390") {
    expect(cpu.fprs.map(({ d }: Value) => d)).toEqual(FPRS);
    expect(cpu.fpc).toBe(3);
    return;
  }
  const struct = image.format.abi.structOfKey("i387_fxsave_struct");
  const area = image.format.abi.struct(struct?.name ?? "").fromBytes(fpu ?? new Uint8Array());
  const st = (i: number) =>
    area.st_space.slice(i * 4, i * 4 + 3).map((part: number, k: number) => (k === 2 ? part & 0xffff : part));
  expect(st(0)).toEqual(PI);
  expect(st(1)).toEqual(ONE);
  const xmm = (i: number) => [...new Float32Array(Uint32Array.from(area.xmm_space.slice(i * 4, i * 4 + 4)).buffer)];
  expect(xmm(3)).toEqual(XMM3);
  if (bits === 64) expect(xmm(12)).toEqual(XMM3);
}

export function latin1(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes).toString("latin1");
}
