/** core-TID.img: a thread, and with the first thread the state of its process. */
import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  core_entrySchema,
  type task_core_entrySchema,
  type task_kobj_ids_entrySchema,
  type thread_core_entrySchema,
} from "../../../generated/criu/core_pb.js";
import { structOf } from "../../image/record/struct-fields.js";
import { programOfTask } from "../../model/program.js";
import { stateOf } from "../../model/task-state.js";
import type { Task } from "../../model/tasks.js";
import { textBytes } from "../../model/text-bytes.js";
import type { Passage } from "../passage.js";
import { threadInfoOf } from "../registers/index.js";
import { credentials } from "./credentials.js";
import { intervalTimers, resourceLimits } from "./limits.js";
import { blockedSignals, pendingSignals, signalActions } from "./signals.js";

export type ObjectIds = MessageInitShape<typeof task_kobj_ids_entrySchema>;

/** Adds the file of a thread that is not the first of its process. */
export function addThread(passage: Passage, task: Task): void {
  passage.dump.add(`core-${task.pid}`, "core", core_entrySchema, {
    mtype: passage.target.march,
    ...threadInfoOf(passage, task),
    threadCore: threadCore(passage, task),
  });
}

/** Adds the file of the first thread of a process. */
export function addLeader(passage: Passage, task: Task, ids: ObjectIds): void {
  passage.dump.add(`core-${task.pid}`, "core", core_entrySchema, {
    mtype: passage.target.march,
    ...threadInfoOf(passage, task),
    threadCore: threadCore(passage, task),
    tc: taskCore(passage, task),
    ids,
  });
}

/** States of a process, in CRIU's numbers. */
const ALIVE = 1;
const DEAD = 2;
const STOPPED = 3;

/** PF_RANDOMIZE, which a process has whose addresses were chosen at random; CRIU reads none of these flags. */
const FLAGS = 0x400000;

function taskCore(passage: Passage, task: Task): MessageInitShape<typeof task_core_entrySchema> {
  const { image, account } = passage;
  const own = structOf(image, task.record("TASK"));
  const common = {
    exitCode: own?.number("exit_code") ?? 0,
    personality: 0,
    flags: FLAGS,
    blkSigset: task.isZombie ? 0n : blockedSignals(image, task),
    comm: nameOf(passage, task),
  };
  if (task.isZombie) return { taskState: DEAD, ...common };
  const { letter } = stateOf(image, task);
  if (letter === "t")
    account.lost({
      task,
      record: "TASK",
      field: "state",
      why: "a debugger had stopped the task; it runs on without one",
    });
  const isCompat = programOfTask(image, task).bits < passage.target.bits;
  return {
    taskState: letter === "T" ? STOPPED : ALIVE,
    ...common,
    sigactions: signalActions(passage, task, isCompat),
    signalsS: pendingSignals(passage, task, task.record("SIGPENDING", "shared_pending")),
    timers: intervalTimers(passage, task),
    rlimits: resourceLimits(passage, task),
  };
}

/** Size of the head of a robust futex list, three words. */
const ROBUST_WORDS = 3;

/** Of sigaltstack: no alternate stack. */
const SS_DISABLE = 2;

function threadCore(passage: Passage, task: Task): MessageInitShape<typeof thread_core_entrySchema> {
  const { image } = passage;
  const own = structOf(image, task.record("TASK"));
  const isNarrow = programOfTask(image, task).bits < image.format.wordSize * 8;
  const robust = (isNarrow ? own?.big("compat_robust_futex_list") : undefined) || own?.big("robust_futex_list") || 0n;
  const stack = own?.big("sas_ss_sp") ?? 0n;
  return {
    futexRla: robust,
    futexRlaLen: robust === 0n ? 0 : (ROBUST_WORDS * programOfTask(image, task).bits) / 8,
    schedNice: 0,
    schedPolicy: 0,
    blkSigset: task.isZombie ? 0n : blockedSignals(image, task),
    sas: { ssSp: stack, ssSize: own?.big("sas_ss_size") ?? 0n, ssFlags: stack === 0n ? SS_DISABLE : 0 },
    pdeathSig: own?.number("pdeath_signal") ?? 0,
    comm: nameOf(passage, task),
    ...(!task.isZombie && {
      signalsP: pendingSignals(passage, task, task.record("SIGPENDING", "private_pending")),
      creds: credentials(passage, task),
    }),
  };
}

function nameOf({ account }: Passage, task: Task): Uint8Array {
  if (task.name === undefined) account.madeUp({ task, record: "STRING", why: "the task has no name; it gets `task`" });
  return textBytes(task.name ?? "task");
}
