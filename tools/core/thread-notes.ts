/** The notes about a thread: its status with the general registers, and its other registers. */

import { RefusalError } from "../errors/refusal-error.js";
import { structOf } from "../image/record/struct-fields.js";
import type { OutdatedRegisters } from "../model/outdated-registers.js";
import type { Task } from "../model/tasks.js";
import type { ElfNote } from "./note.js";
import type { CoreProcess } from "./process.js";
import { threadRegisters } from "./registers/index.js";
import { type ThreadSignals, threadSignals } from "./signal.js";
import type { CoreStructs } from "./structs.js";

export interface CoreThread {
  readonly task: Task;
  readonly signals: ThreadSignals;
  /** Whether the image has its floating point registers. */
  readonly hasFloatingPoint: boolean;
  /** Register sets whose values in the image are older than the checkpoint. */
  readonly outdated: OutdatedRegisters | undefined;
  readonly status: ElfNote;
  /** Notes with the other register sets, in the order of the kernel. */
  readonly registers: readonly ElfNote[];
}

/**
 * The notes of a thread. Every thread has the signal of the first one in its status, as if that had ended the process; debuggers read it from the
 * last thread.
 *
 * @param first the thread that debuggers show first, which takes the signals of the process; undefined for that thread itself
 * @throws {RefusalError} when the image has no registers of the thread
 */
export function coreThread(process: CoreProcess, task: Task, structs: CoreStructs, first?: CoreThread): CoreThread {
  const { image } = process;
  const cpu = structOf(image, task.record("CPU"));
  if (!cpu) throw new RefusalError("missing-record", `the image has no registers of task ${task.pid}`);
  const { general, notes, outdated } = threadRegisters({ image, task, cpu, structs });
  const signals = threadSignals(process, task, first === undefined);
  const signal = (first?.signals ?? signals).next?.number ?? 0;
  const hasFloatingPoint = notes.some(({ type }) => type === "NT_PRFPREG");
  const status = structs.bytes("elf_prstatus", {
    pr_info: { si_signo: signal },
    pr_cursig: signal,
    pr_sigpend: firstWord(signals.pending, structs),
    pr_sighold: firstWord(signals.blocked, structs),
    pr_pid: task.pid,
    pr_ppid: task.ppid,
    pr_pgrp: task.pgid,
    pr_sid: task.sid,
    pr_reg: general,
    pr_fpvalid: hasFloatingPoint ? 1 : 0,
  });
  return {
    task,
    signals,
    hasFloatingPoint,
    outdated,
    status: { type: "NT_PRSTATUS", contents: status, tid: task.pid },
    registers: notes.map((note) => ({ ...note, tid: task.pid })),
  };
}

/** The signals that fit into the first word of a set. */
function firstWord(signals: readonly number[], { program }: CoreStructs): bigint {
  return signals.reduce((word, signal) => (signal <= program.bits ? word | (1n << BigInt(signal - 1)) : word), 0n);
}
