/** Report about a core: what it contains of a process, and what it lacks. */

import { WHY_OUTDATED } from "../model/outdated-registers.js";
import type { CoreMappings } from "./mappings.js";
import type { ElfNote } from "./note.js";
import type { CoreProcess } from "./process.js";
import type { Program } from "./program.js";
import { mappingSizes, type SegmentPlan } from "./segments.js";
import type { CoreThread } from "./thread-notes.js";

export interface CoreReport {
  readonly pid: number;
  /** Name of the process; undefined if the image does not have it. */
  readonly name: string | undefined;
  /** Path of the program, for the debugger; undefined if the image does not have it. */
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
    /** Bytes of memory in the core. */
    readonly contents: number;
    /** Number of these bytes that were never written to: zeros, which take no space in a file with holes. */
    readonly zeros: number;
  };
  /** In the order of the addresses, generated on demand. */
  readonly mappings: Iterable<ReportedMapping>;
  /** In the order of the file, generated on demand. */
  readonly segments: Iterable<ReportedSegment>;
  /** Facts that a user of the core should know. */
  readonly remarks: readonly CoreRemark[];
}

export interface ReportedThread {
  readonly tid: number;
  /** Name of the signal that the thread will take first. */
  readonly signal: string | undefined;
  readonly hasFloatingPoint: boolean;
}

/** A mapping, with the sizes in bytes of its parts by their source. */
export interface ReportedMapping {
  readonly start: bigint;
  readonly end: bigint;
  readonly name: string | undefined;
  readonly inImage: bigint;
  /** Never written to, so zero. */
  readonly zero: bigint;
  /** First page of a mapped ELF file, copied from the file into the core. */
  readonly fromFile: bigint;
  /** Not in the core; to be read from the mapped file. */
  readonly inFile: bigint;
  /** Not in the core, because excluded. */
  readonly excluded: bigint;
  /** Not in the core, because the image does not have them. */
  readonly unknown: bigint;
}

export interface ReportedSegment {
  readonly start: bigint;
  readonly end: bigint;
  /** Bytes of the segment in the core: all, or none for zeros that are too long for the output. */
  readonly fileSize: number;
}

export interface CoreRemark {
  readonly code:
    | "file-pages"
    | "missing-files"
    | "different-files"
    | "zeros-without-bytes"
    | "unknown-pages"
    | "excluded"
    | "no-floating-point"
    | "outdated-registers"
    | "no-auxiliary-vector"
    | "no-credentials"
    | "pending-signal"
    | "narrow-program";
  /** One sentence without a full stop. */
  readonly message: string;
  /** Number of bytes of memory that the remark is about. */
  readonly bytes?: bigint;
}

interface Facts {
  readonly process: CoreProcess;
  readonly program: Program;
  readonly mappings: CoreMappings;
  readonly plan: SegmentPlan;
  readonly threads: readonly CoreThread[];
  readonly notes: readonly ElfNote[];
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
      zeros: plan.zeros,
    },
    mappings: { [Symbol.iterator]: () => reportedMappings(facts) },
    segments: { [Symbol.iterator]: () => reportedSegments(plan) },
    remarks: remarksOn(facts),
  };
}

function* reportedMappings({ process, mappings, plan }: Facts): Generator<ReportedMapping, void, void> {
  for (const mapping of mappings) {
    const { start, end, name } = mapping;
    yield { start, end, name, ...mappingSizes(process.memory, mapping, plan) };
  }
}

function* reportedSegments({ segments }: SegmentPlan): Generator<ReportedSegment, void, void> {
  for (const { start, memorySize, fileSize } of segments) yield { start, end: start + memorySize, fileSize };
}

function remarksOn(facts: Facts): CoreRemark[] {
  const { process, program, plan, threads, notes } = facts;
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
  const outdated = threads.filter((thread) => thread.outdated?.floatingPoint);
  for (const { task, outdated: sets } of outdated)
    remarks.push({
      code: "outdated-registers",
      message: `no floating point registers of thread ${task.pid}${sets?.access ? ", and its access registers are old" : ""}: ${WHY_OUTDATED}`,
    });
  const without = threads.filter((thread) => !thread.hasFloatingPoint && !outdated.includes(thread)).length;
  if (without > 0)
    remarks.push({
      code: "no-floating-point",
      message: `no floating point registers of ${threads.length === 1 ? "the thread" : `${without} of ${threads.length} threads`} in the image`,
    });
  if (!notes.some(({ type }) => type === "NT_AUXV"))
    remarks.push({ code: "no-auxiliary-vector", message: "no auxiliary vector in the image" });
  if ((process.leader ?? process.threads[0]).number("TASK_CREDS", "cred_ref") === undefined)
    remarks.push({ code: "no-credentials", message: "no user and group ids in the image, so they are 0 in the core" });
  const { inFile, excluded } = plan.sizes;
  if (inFile > 0n) remarks.push({ code: "file-pages", message: "left to the files that are mapped", bytes: inFile });
  remarks.push(...fileRemarks(plan));
  if (plan.zerosWithoutBytes > 0n)
    remarks.push({
      code: "zeros-without-bytes",
      message:
        "never written to and too long for the output: of them the core has only the addresses, where gdb reads zeros and lldb nothing",
      bytes: plan.zerosWithoutBytes,
    });
  for (const [why, bytes] of plan.unknown) remarks.push({ code: "unknown-pages", message: why, bytes });
  if (excluded > 0n) remarks.push({ code: "excluded", message: "left out as requested", bytes: excluded });
  return remarks;
}

/** Remarks about files that debuggers will not find, or find with another size than the mapped one. */
function fileRemarks({ missingFiles: missing, differentFiles: different }: SegmentPlan): CoreRemark[] {
  const [absent] = missing;
  const [other] = different;
  const more = (count: number) => (count > 1 ? ` and ${count - 1} more` : "");
  return [
    ...(absent === undefined
      ? []
      : [
          {
            code: "missing-files" as const,
            message: `no file ${absent}${more(missing.size)} here: a debugger that does not find it cannot access what is left to it`,
          },
        ]),
    ...(other === undefined
      ? []
      : [
          {
            code: "different-files" as const,
            message: `${other[0]} has ${other[1].here} bytes here and had ${other[1].whenMapped} when it was mapped${different.size > 1 ? `, and so on for ${different.size - 1} more` : ""}: debuggers would read other bytes than the process did`,
          },
        ]),
  ];
}
