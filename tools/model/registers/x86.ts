/** Registers of an x86 task: a 32-bit task uses the lower halves of the same fields. */

import type { FieldValues } from "../../image/abi/field-values.js";
import { hex } from "../../image/hex.js";
import type { Image } from "../../image/image.js";
import { payloadStructs, type StructFields, structOf } from "../../image/record/struct-fields.js";
import { bitNames } from "../enum-names.js";
import type { Task } from "../tasks.js";
import { segmentBaseOf, selectorFieldOf, threadSegmentsOf } from "../x86-bases.js";
import { type SegmentDescriptor, type SegmentSelector, segmentOf, selectorOf } from "../x86-segments.js";
import { type Register, type RegisterGroup, register } from "./register.js";

interface X86State {
  readonly bits: 32 | 64;
  readonly groups: readonly RegisterGroup[];
  readonly segments: Segments;
}

export interface Segments {
  /** Descriptors for thread-local storage that are in use. */
  readonly tls: readonly SegmentDescriptor[];
  /** The first used descriptors of the LDT; `ldtUsed` is the number of all used, `ldtEntries` the number of entries. */
  readonly ldt: readonly SegmentDescriptor[];
  readonly ldtUsed: number;
  readonly ldtEntries: number;
}

/** Maximum number of LDT descriptors that are listed. */
const MAX_LISTED_SEGMENTS = 64;

/**
 * The registers of an x86 task; undefined if it has none in the image.
 *
 * @param tables local descriptor tables that were already read, by object number of the address space
 */
export function x86State(image: Image, task: Task, tables: Map<number, LocalTable>): X86State | undefined {
  const cpu = structOf(image, task.record("CPU"));
  if (!cpu) return undefined;
  const bits = programWidth(image, cpu);
  const segments = segmentsOf(image, task, tables);
  return {
    bits,
    groups: [
      { name: "general", registers: general(image, cpu, bits) },
      { name: "segments", registers: selectors(image, cpu, bits, segments) },
      { name: "debug", registers: debug(cpu) },
      { name: "thread", registers: threadState(image, task) },
    ],
    segments,
  };
}

/**
 * Width of the program in bits, from its code segment; in versions without a code for 64-bit segments, that of the kernel. A program whose code
 * segment is in the LDT is a 32-bit one.
 */
export function programWidth(image: Image, cpu: FieldValues): 32 | 64 {
  if (image.format.wordSize === 4) return 32;
  if (Number.isNaN(image.format.constant("CKPT_X86_SEG_USER64_CS"))) return 64;
  const cs = selectorOf(image.format, cpu.number("cs") ?? 0);
  return cs.bits ?? (cs.kind === "ldt" ? 32 : 64);
}

const GENERAL = ["ax", "bx", "cx", "dx", "si", "di", "bp", "sp"];
const ONLY_64 = ["r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"];

function general(image: Image, cpu: StructFields, bits: 32 | 64): Register[] {
  const prefix = bits === 64 ? "r" : "e";
  const all = [
    ...GENERAL.flatMap((name) => register(cpu, name, prefix + name)),
    ...(bits === 64 ? ONLY_64.flatMap((name) => register(cpu, name)) : []),
    ...register(cpu, "ip", `${prefix}ip`),
    ...register(cpu, "flags", "eflags", (flags) => flagsText(image, flags)),
    ...register(cpu, "orig_ax", `orig_${prefix}ax`),
  ];
  return all.map((one) => ({ ...one, bits, value: BigInt.asUintN(bits, one.value) }));
}

/** Flags as debuggers print them: `[ ZF PF IOPL=3 ]`. */
function flagsText(image: Image, flags: bigint): string {
  const level = Number(flags >> 12n) & 3;
  const { names } = bitNames(image.format.abi, "x86_eflags", flags);
  const words = names.map((name) => name.replace("X86_EFLAGS_", "")).filter((name) => name !== "IOPL");
  return ["[", ...words, ...(level > 0 ? [`IOPL=${level}`] : []), "]"].join(" ");
}

const BASED = ["fs", "gs"] as const;

function selectors(image: Image, cpu: StructFields, bits: 32 | 64, segments: Segments): Register[] {
  const paths = ["cs", "ss", "ds", "es", ...BASED.map((name) => selectorFieldOf(cpu, name))];
  const all = paths.flatMap((path) => {
    const value = cpu.number(path);
    if (value === undefined) return [];
    const name = path.replace("index", "");
    const selector = selectorOf(image.format, value);
    return [{ name, value: BigInt(selector.selector ?? value), bits: 16, text: selectorText(selector, segments) }];
  });
  const bases = BASED.map((name) => ({
    name: `${name}_base`,
    value: segmentBaseOf(image, cpu, segments.tls, name),
    bits: 64,
  }));
  return bits === 64 ? [...all, ...bases] : all;
}

function selectorText(selector: SegmentSelector, segments: Segments): string {
  const { kind, index } = selector;
  if (kind === "tls" || kind === "ldt") {
    const where = kind === "tls" ? `TLS slot ${index}` : `LDT entry ${index}`;
    const segment = segments[kind].find((candidate) => candidate.index === index);
    return segment ? `${where}, base ${hex(segment.base)}` : `${where}, which is empty`;
  }
  if (kind === "null") return "null";
  if (kind === "other") return "unknown segment";
  return selector.bits === undefined ? kind : `${kind}, ${selector.bits} bits`;
}

const DEBUG = [0, 1, 2, 3, 6, 7];

function debug(cpu: StructFields): Register[] {
  return [
    ...DEBUG.flatMap((number) => register(cpu, `debugreg${number}`, `dr${number}`)),
    ...register(cpu, "uses_debug", "uses_debug", (used) => (used === 0n ? "not in use" : "in use")),
  ];
}

function threadState(image: Image, task: Task): Register[] {
  const thread = structOf(image, task.record("THREAD"));
  return thread ? ["thread_info_flags", "sysenter_return"].flatMap((path) => register(thread, path)) : [];
}

/** The LDT of an address space, which its threads share. */
export type LocalTable = Pick<Segments, "ldt" | "ldtUsed" | "ldtEntries">;

function segmentsOf(image: Image, task: Task, tables: Map<number, LocalTable>): Segments {
  const space = task.objref("mm_objref") ?? 0;
  const table = tables.get(space) ?? localTable(image, space);
  tables.set(space, table);
  return { tls: threadSegmentsOf(image, task), ...table };
}

function localTable(image: Image, space: number): LocalTable {
  const entries = payloadStructs(image, image.object(space, "MM")?.find("MM_CONTEXT_LDT"), DESCRIPTOR);
  const segments = used(entries);
  return { ldt: segments.slice(0, MAX_LISTED_SEGMENTS), ldtUsed: segments.length, ldtEntries: entries.length };
}

const DESCRIPTOR = "desc_struct";

function used(descriptors: readonly StructFields[]): SegmentDescriptor[] {
  return descriptors.flatMap((descriptor, i) => {
    const segment = segmentOf(i, descriptor.number("a") ?? 0, descriptor.number("b") ?? 0);
    return segment ? [segment] : [];
  });
}
