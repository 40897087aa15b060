/** What a core has of a process, and what it has not. */

import type { CoreMapping } from "./mappings.js";
import type { Note } from "./note.js";
import type { CoreProcess } from "./process.js";
import type { Program } from "./program.js";
import type { MappingSizes, SegmentPlan } from "./segments.js";
import type { CoreThread } from "./thread-notes.js";

export interface CoreReport {
  readonly pid: number;
  /** Undefined when the image does not tell. */
  readonly name: string | undefined;
  /** Path of the program, for the debugger; undefined when the image does not tell. */
  readonly executable: string | undefined;
  /** Architecture of the core. */
  readonly arch: string;
  readonly bits: 32 | 64;
  readonly littleEndian: boolean;
  /** Bytes of the core. */
  readonly size: number;
  readonly threads: readonly ReportedThread[];
  readonly notes: readonly { readonly type: string; readonly tid: number | undefined; readonly size: number }[];
  readonly memory: {
    readonly mappings: number;
    readonly segments: number;
    /** Bytes of memory in the core, zeros between pages included. */
    readonly contents: number;
    /** Bytes of zeros between pages. */
    readonly filling: number;
  };
  /** In the order of the addresses, each made when it is asked for. */
  readonly mappings: Iterable<ReportedMapping>;
  /** In the order of the file, each made when it is asked for. */
  readonly segments: Iterable<ReportedSegment>;
  /** What a user of the core should know. */
  readonly remarks: readonly CoreRemark[];
}

export interface ReportedThread {
  readonly tid: number;
  /** Of the signal that it takes first when it goes on. */
  readonly signal: string | undefined;
  readonly hasFloatingPoint: boolean;
}

/** Sizes in bytes. */
export interface ReportedMapping {
  readonly start: bigint;
  readonly end: bigint;
  readonly name: string | undefined;
  readonly inImage: bigint;
  /** Never written to, so they read as zero. */
  readonly zero: bigint;
  /** To be read from the mapped file. */
  readonly inFile: bigint;
  readonly excluded: bigint;
  /** Not told by the image. */
  readonly unknown: bigint;
}

export interface ReportedSegment {
  readonly start: bigint;
  readonly end: bigint;
  /** Bytes of it that are in the core. */
  readonly fileSize: number;
}

export interface CoreRemark {
  readonly code:
    | "file-pages"
    | "unknown-pages"
    | "excluded"
    | "no-floating-point"
    | "no-auxiliary-vector"
    | "no-credentials"
    | "pending-signal"
    | "narrow-program";
  /** One sentence without a full stop. */
  readonly message: string;
  /** Bytes of addresses that it is about. */
  readonly bytes?: bigint;
}

interface Facts {
  readonly process: CoreProcess;
  readonly program: Program;
  readonly mappings: readonly CoreMapping[];
  readonly plan: SegmentPlan;
  readonly threads: readonly CoreThread[];
  readonly notes: readonly Note[];
  /** Bytes of the core. */
  readonly size: number;
}

export function reportOn(facts: Facts): CoreReport {
  const { process, program, mappings, plan, threads, notes, size } = facts;
  return {
    pid: process.pid,
    name: (process.leader ?? process.threads[0]).name,
    executable: process.memory.space.executable,
    ...program,
    size,
    threads: threads.map(({ task, signals, hasFloatingPoint }) => ({
      tid: task.pid,
      signal: signals.next?.name,
      hasFloatingPoint,
    })),
    notes: notes.map(({ type, tid, contents }) => ({ type, tid, size: contents.length })),
    memory: {
      mappings: mappings.length,
      segments: plan.segments.length,
      contents: plan.contents,
      filling: plan.filling,
    },
    mappings: { [Symbol.iterator]: () => reportedMappings(mappings, plan.sizes) },
    segments: { [Symbol.iterator]: () => reportedSegments(plan) },
    remarks: remarksOn(facts),
  };
}

function* reportedMappings(
  mappings: readonly CoreMapping[],
  sizes: readonly MappingSizes[],
): Generator<ReportedMapping, void, void> {
  for (const [i, { start, end, name }] of mappings.entries()) {
    const { inImage, zero, inFile, excluded, unknown } = sizes[i] as MappingSizes;
    yield { start, end, name, inImage, zero, inFile, excluded, unknown };
  }
}

function* reportedSegments({ segments }: SegmentPlan): Generator<ReportedSegment, void, void> {
  for (const { start, memorySize, fileSize } of segments) yield { start, end: start + memorySize, fileSize };
}

function remarksOn({ process, program, mappings, plan, threads, notes }: Facts): CoreRemark[] {
  const remarks: CoreRemark[] = [];
  const { target } = process.image.format.abi;
  if (program.arch !== target.arch)
    remarks.push({ code: "narrow-program", message: `a ${program.bits}-bit program on a ${target.bits}-bit kernel` });
  const [first, ...others] = threads;
  if (first?.signals.next)
    remarks.push({
      code: "pending-signal",
      message: `${first.signals.next.name} waits for thread ${first.task.pid}; in the core it is the signal that ended the process`,
    });
  const waiting = others.filter(({ signals }) => signals.next);
  if (waiting[0])
    remarks.push({
      code: "pending-signal",
      message: `${waiting[0].signals.next?.name} waits for thread ${waiting[0].task.pid}${waiting.length > 1 ? `, and signals for ${waiting.length - 1} more` : ""}; --task makes it the first one`,
    });
  const without = threads.filter(({ hasFloatingPoint }) => !hasFloatingPoint).length;
  if (without > 0)
    remarks.push({
      code: "no-floating-point",
      message: `no floating point registers of ${threads.length === 1 ? "the thread" : `${without} of ${threads.length} threads`} in the image`,
    });
  if (!notes.some(({ type }) => type === "NT_AUXV"))
    remarks.push({ code: "no-auxiliary-vector", message: "no auxiliary vector in the image" });
  if ((process.leader ?? process.threads[0]).number("TASK_CREDS", "cred_ref") === undefined)
    remarks.push({ code: "no-credentials", message: "no user and group ids in the image, so they are 0 in the core" });
  const sum = (size: (sizes: MappingSizes) => bigint) => plan.sizes.reduce((total, sizes) => total + size(sizes), 0n);
  const inFile = sum((sizes) => sizes.inFile);
  if (inFile > 0n) remarks.push({ code: "file-pages", message: "left to the files that are mapped", bytes: inFile });
  for (const [why, bytes] of unknownByReason(mappings, plan.sizes))
    remarks.push({ code: "unknown-pages", message: why, bytes });
  const excluded = sum((sizes) => sizes.excluded);
  if (excluded > 0n) remarks.push({ code: "excluded", message: "left out as asked for", bytes: excluded });
  return remarks;
}

/** Reasons that are told; a hostile image may have one for each mapping. */
const MOST_REASONS = 16;

function unknownByReason(mappings: readonly CoreMapping[], sizes: readonly MappingSizes[]): Map<string, bigint> {
  const reasons = new Map<string, bigint>();
  for (const [i, { unknown, why = "" }] of sizes.entries()) {
    if (unknown === 0n) continue;
    const name = mappings[i]?.name;
    const reason = `${name?.startsWith("[") ? `of ${name} ` : ""}not in the image: ${why}`;
    const told = reasons.has(reason) || reasons.size < MOST_REASONS ? reason : "not in the image for other reasons";
    reasons.set(told, (reasons.get(told) ?? 0n) + unknown);
  }
  return reasons;
}
