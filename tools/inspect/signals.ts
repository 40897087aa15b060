/** Signal state of a task: pending, blocked, ignored and caught signals, and the state of its process. */
import type { Image } from "../image/image.js";
import { structOf } from "../image/record/struct-fields.js";
import type { TreeNode } from "../image/tree.js";
import { bitNames } from "../model/enum-names.js";
import { taskName } from "../model/sharing.js";
import { signalName } from "../model/signals.js";
import type { Task } from "../model/tasks.js";
import { namesIn, type PendingSignals, pendingIn } from "./pending-signals.js";
import { type ProcessSignals, processSignalsOf } from "./process-signals.js";

/** Signal state of a task. Parts are undefined if the version does not save them, or the image ends before them. Signals are given by name. */
export interface TaskSignals {
  readonly pid: number;
  readonly name: string | undefined;
  /** Whether the task is a thread other than the first of its process. */
  readonly isThread: boolean;
  readonly tgid: number;
  readonly zombie: boolean;
  /** State that its process shares; only on the first listed task of the process. */
  readonly process: ProcessSignals | undefined;
  /** Pid of the listed task that has the state of the process. */
  readonly processListedWith: number | undefined;
  /** Pending signals of this thread. */
  readonly pending: PendingSignals | undefined;
  readonly blocked: readonly string[] | undefined;
  readonly ignored: readonly string[] | undefined;
  readonly caught: readonly CaughtSignal[] | undefined;
  readonly alternateStack: { readonly address: bigint; readonly size: number } | undefined;
  /** Signal to the parent when the task ends; undefined for none. */
  readonly exitSignal: string | undefined;
  /** Signal to the task when its parent ends; undefined for none. */
  readonly parentDeathSignal: string | undefined;
}

export interface CaughtSignal {
  readonly signal: string;
  readonly handler: bigint;
  readonly flags: readonly string[];
  /** Bits of the flags without a name, as a number. */
  readonly otherFlags: bigint;
  readonly restorer: bigint;
  /** Signals that are also blocked while the handler runs. */
  readonly mask: readonly string[];
}

/** The signal state of tasks, in their order. Generated on demand. */
export function* listSignals(
  image: Image,
  tasks: readonly Task[],
  chosen: readonly Task[] = tasks,
): Generator<TaskSignals, void, void> {
  const first = new Map<number, Task>();
  for (const task of tasks) {
    const objref = task.objref("signal_objref");
    if (objref !== undefined && !first.has(objref)) first.set(objref, task);
  }
  const listed = new Map<number, number>();
  for (const task of chosen) {
    const objref = task.objref("signal_objref") ?? 0;
    const process = listed.has(objref) ? undefined : first.get(objref);
    yield {
      ...ownSignals(image, task),
      process: process && processSignalsOf(image, process),
      processListedWith: listed.get(objref),
    };
    if (process) listed.set(objref, task.pid);
  }
}

function ownSignals(image: Image, task: Task): Omit<TaskSignals, "process" | "processListedWith"> {
  const own = structOf(image, task.record("TASK"));
  const blocked = structOf(image, task.record("SIGNAL_TASK"))?.bytes("blocked");
  const stack = own?.big("sas_ss_sp");
  return {
    ...taskName(task),
    tgid: task.tgid,
    zombie: task.isZombie,
    pending: pendingIn(image, task.record("SIGPENDING", "private_pending")),
    blocked: blocked && namesIn(image, blocked),
    ...actionsOf(image, image.object(task.objref("sighand_objref"), "SIGHAND")),
    alternateStack: stack ? { address: stack, size: own?.number("sas_ss_size") ?? 0 } : undefined,
    exitSignal: signalOrNone(image, own?.number("exit_signal")),
    parentDeathSignal: signalOrNone(image, own?.number("pdeath_signal")),
  };
}

function signalOrNone(image: Image, signal: number | undefined): string | undefined {
  // -1 marks a thread whose end is not signalled.
  return signal === undefined || (signal | 0) <= 0 ? undefined : signalName(image.format.abi, signal);
}

/** Values of handlers that are not addresses. */
const DEFAULT = 0n;
const IGNORE = 1n;

function actionsOf(image: Image, sighand: TreeNode | undefined): Pick<TaskSignals, "ignored" | "caught"> {
  const fields = structOf(image, sighand?.find("SIGHAND"));
  if (!fields) return { ignored: undefined, caught: undefined };
  const ignored: string[] = [];
  const caught: CaughtSignal[] = [];
  for (const [i, action] of fields.elements("action").entries()) {
    const signal = signalName(image.format.abi, i + 1);
    const handler = action.big("_sa_handler") ?? DEFAULT;
    if (handler === IGNORE) ignored.push(signal);
    if (handler === DEFAULT || handler === IGNORE) continue;
    const flags = bitNames(image.format.abi, "sa_flags", action.big("sa_flags") ?? 0n);
    caught.push({
      signal,
      handler,
      flags: flags.names,
      otherFlags: flags.rest,
      restorer: action.big("sa_restorer") ?? 0n,
      mask: namesIn(image, action.bytes("sa_mask") ?? new Uint8Array()),
    });
  }
  return { ignored, caught };
}
