/**
 * The signal of a thread in a core: the one that the thread will take first. A core dump names the signal that ended the process; a checkpoint ends
 * no process, so this is the closest equivalent. Under a debugger, the thread would have stopped with it.
 */
import type { Image } from "../image/image.js";
import { structOf } from "../image/record/struct-fields.js";
import type { TreeNode } from "../image/tree.js";
import { type QueuedSignal, queuedSignal } from "../model/siginfo.js";
import { signalName, signalsIn } from "../model/signals.js";
import type { Task } from "../model/tasks.js";
import type { CoreProcess } from "./process.js";

export interface ThreadSignals {
  /** Numbers of the pending signals. */
  readonly pending: readonly number[];
  readonly blocked: readonly number[];
  /** The signal that the thread will take first; undefined if no unblocked signal is pending. */
  readonly next: NextSignal | undefined;
}

export interface NextSignal {
  readonly number: number;
  /** C name. */
  readonly name: string;
  /** Details of the signal; undefined if the kernel had no memory for them. */
  readonly info: QueuedSignal | undefined;
}

/**
 * The pending and blocked signals of a thread, and the one that it will take first.
 *
 * @param takesShared whether this thread takes the signals that are pending for the whole process
 */
export function threadSignals(process: CoreProcess, task: Task, takesShared: boolean): ThreadSignals {
  const { image } = process;
  const own = queueOf(image, task.record("SIGPENDING", "private_pending"));
  const blocked = structOf(image, task.record("SIGNAL_TASK"))?.bytes("blocked");
  const blockedNumbers = blocked ? signalsIn(image.format, blocked) : [];
  const shared = takesShared ? queueOf(image, sharedQueue(process)) : undefined;
  return {
    pending: own?.signals ?? [],
    blocked: blockedNumbers,
    next: first(image, own, blockedNumbers) ?? first(image, shared, blockedNumbers),
  };
}

interface Queue {
  readonly signals: readonly number[];
  /** Oldest first. */
  readonly entries: readonly QueuedSignal[];
}

function queueOf(image: Image, node: TreeNode | undefined): Queue | undefined {
  const fields = structOf(image, node);
  const mask = fields?.bytes("signal");
  if (!fields || !mask) return undefined;
  return {
    signals: signalsIn(image.format, mask),
    entries: fields.elements("siginfo").map((info) => queuedSignal(image.format.abi, info)),
  };
}

/** The queue of the process, which is in the section of its first thread. */
function sharedQueue({ threads }: CoreProcess): TreeNode | undefined {
  for (const task of threads) {
    const node = task.record("SIGPENDING", "shared_pending");
    if (node) return node;
  }
  return undefined;
}

/** Signals caused by the thread itself, which kernels deliver before all others. */
const SYNCHRONOUS = ["SIGSEGV", "SIGBUS", "SIGILL", "SIGTRAP", "SIGFPE", "SIGSYS"];

function first({ format }: Image, queue: Queue | undefined, blocked: readonly number[]): NextSignal | undefined {
  const waiting = queue?.signals.filter((signal) => !blocked.includes(signal)) ?? [];
  const urgent = SYNCHRONOUS.map((name) => format.constant(name));
  const number = waiting.find((signal) => urgent.includes(signal)) ?? waiting[0];
  if (number === undefined) return undefined;
  return {
    number,
    name: signalName(format.abi, number),
    info: queue?.entries.find((entry) => entry.number === number),
  };
}
