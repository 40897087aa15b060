/**
 * The signal of a thread: the one that it takes first when it goes on. A core dump names the signal that ended the process; a checkpoint ends
 * none, so this is what comes nearest, and it is what the thread of a debugger was stopped with.
 */
import type { Image } from "../image/image.js";
import { structOf } from "../image/record/struct-fields.js";
import type { TreeNode } from "../image/tree.js";
import { type QueuedSignal, queuedSignal } from "../model/siginfo.js";
import { signalName, signalsIn } from "../model/signals.js";
import type { Task } from "../model/tasks.js";
import type { CoreProcess } from "./process.js";

export interface ThreadSignals {
  /** Numbers. */
  readonly pending: readonly number[];
  readonly blocked: readonly number[];
  /** Undefined when no signal waits that is not blocked. */
  readonly next: NextSignal | undefined;
}

export interface NextSignal {
  readonly number: number;
  /** C name. */
  readonly name: string;
  /** Why it was sent; undefined when the kernel had no memory to note it. */
  readonly info: QueuedSignal | undefined;
}

/** @param takesShared whether what waits for the process as a whole falls to this thread */
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

/** It stands with the thread of the process that came first. */
function sharedQueue({ threads }: CoreProcess): TreeNode | undefined {
  for (const task of threads) {
    const node = task.record("SIGPENDING", "shared_pending");
    if (node) return node;
  }
  return undefined;
}

/** Signals of the thread's own doing, which kernels deliver before all others. */
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
