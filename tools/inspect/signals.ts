/** The signal state of a task: what is pending, blocked, ignored and caught, and the limits, timers and terminal of its process. */
import type { Image } from "../image/image.js";
import type { TreeNode } from "../image/tree.js";
import { bitNames, enumeratorName } from "../model/enum-names.js";
import { signalName, signalsIn } from "../model/signals.js";
import { type StructFields, structOf } from "../model/struct-fields.js";
import type { Task } from "../model/tasks.js";
import { nameOf } from "./sharing.js";
import { type QueuedSignal, queuedSignal } from "./siginfo.js";

/** Parts are undefined where the version does not save them, or the image ends before them. Signals are names. */
export interface TaskSignals {
  readonly pid: number;
  readonly name: string | undefined;
  /** Whether it is a further thread of a process. */
  readonly isThread: boolean;
  readonly tgid: number;
  readonly zombie: boolean;
  /** Queue of the whole process, which its threads share. */
  readonly processPending: PendingSignals | undefined;
  /** Queue of this thread. */
  readonly threadPending: PendingSignals | undefined;
  readonly blocked: readonly string[] | undefined;
  readonly ignored: readonly string[] | undefined;
  readonly caught: readonly CaughtSignal[] | undefined;
  readonly alternateStack: { readonly address: bigint; readonly size: number } | undefined;
  /** Signal to the parent when the task ends; undefined for none. */
  readonly exitSignal: string | undefined;
  /** Signal that the task gets when its parent ends; undefined for none. */
  readonly parentDeathSignal: string | undefined;
  readonly limits: readonly ResourceLimit[] | undefined;
  readonly timers: readonly IntervalTimer[] | undefined;
  readonly terminal: ControllingTerminal | undefined;
}

export interface PendingSignals {
  readonly signals: readonly string[];
  /** Entries that the queue announces; it may have fewer when the record is damaged. */
  readonly announced: number;
  /** Oldest first. A pending signal need not have an entry. */
  readonly queue: readonly QueuedSignal[];
}

export interface CaughtSignal {
  readonly signal: string;
  readonly handler: bigint;
  readonly flags: readonly string[];
  /** Bits of the flags without a name. */
  readonly otherFlags: bigint;
  readonly restorer: bigint;
  /** Blocked as well while the handler runs. */
  readonly mask: readonly string[];
}

export interface ResourceLimit {
  /** C name, e.g. `RLIMIT_NOFILE`. */
  readonly name: string;
  /** Undefined means unlimited. */
  readonly soft: bigint | undefined;
  readonly hard: bigint | undefined;
}

/** A timer that runs. Times in ns. */
export interface IntervalTimer {
  readonly name: "real" | "virtual" | "profiling";
  readonly left: bigint;
  readonly interval: bigint;
}

export interface ControllingTerminal {
  readonly objref: number;
  /** Number as in the name of its slave below /dev/pts. */
  readonly index: number | undefined;
  /** Foreground process group; 0 for none. */
  readonly foreground: number;
  /** The one that is remembered after the terminal was lost; 0 or negative for none. */
  readonly formerForeground: number;
}

/**
 * In the order of the image, each made when it is asked for.
 *
 * @param tasks all tasks of the image; the records of a process stand in the section of its first thread
 */
export function* listSignals(
  image: Image,
  tasks: readonly Task[],
  chosen: readonly Task[] = tasks,
): Generator<TaskSignals, void, void> {
  const processes = new Map<number, Task>();
  for (const task of tasks) {
    const objref = task.objref("signal_objref");
    if (objref !== undefined && !processes.has(objref)) processes.set(objref, task);
  }
  for (const task of chosen) yield taskSignals(image, task, processes.get(task.objref("signal_objref") ?? -1));
}

function taskSignals(image: Image, task: Task, process: Task | undefined): TaskSignals {
  const { abi } = image.format;
  const own = structOf(image, task.record("TASK"));
  const signal = structOf(image, process?.record("SIGNAL"));
  const blocked = structOf(image, task.record("SIGNAL_TASK"))?.bytes("blocked");
  const stack = own?.big("sas_ss_sp");
  return {
    ...nameOf(task),
    tgid: task.tgid,
    zombie: task.isZombie,
    processPending: pendingIn(image, process?.record("SIGPENDING", "shared_pending")),
    threadPending: pendingIn(image, task.record("SIGPENDING", "private_pending")),
    blocked: blocked && names(image, blocked),
    ...actionsOf(image, image.object(task.objref("sighand_objref"), "SIGHAND")),
    alternateStack: stack ? { address: stack, size: own?.number("sas_ss_size") ?? 0 } : undefined,
    exitSignal: signalOrNone(image, own?.number("exit_signal")),
    parentDeathSignal: signalOrNone(image, own?.number("pdeath_signal")),
    limits: signal?.elements("rlim").map((limit, i) => ({
      name: enumeratorName(abi, "rlimit", i) ?? `RLIMIT_${i}`,
      soft: finite(image, limit.big("rlim_cur")),
      hard: finite(image, limit.big("rlim_max")),
    })),
    timers: signal && timersOf(signal),
    terminal: signal && terminalOf(image, signal),
  };
}

function names(image: Image, sigset: Uint8Array): string[] {
  return signalsIn(image.format, sigset).map((signal) => signalName(image.format.abi, signal));
}

function signalOrNone(image: Image, signal: number | undefined): string | undefined {
  // -1 marks a thread whose end nobody is told of.
  return signal === undefined || (signal | 0) <= 0 ? undefined : signalName(image.format.abi, signal);
}

function pendingIn(image: Image, node: TreeNode | undefined): PendingSignals | undefined {
  const fields = structOf(image, node);
  const mask = fields?.bytes("signal");
  if (!fields || !mask) return undefined;
  return {
    signals: names(image, mask),
    announced: fields.number("nr_pending") ?? 0,
    queue: fields.elements("siginfo").map((info) => queuedSignal(image.format.abi, info)),
  };
}

/** Handlers that are no addresses. */
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
      mask: names(image, action.bytes("sa_mask") ?? new Uint8Array()),
    });
  }
  return { ignored, caught };
}

/** All ones, in the width of the machine's words, means no limit. */
function finite(image: Image, limit: bigint | undefined): bigint | undefined {
  if (limit === undefined) return undefined;
  const bits = BigInt(image.format.wordSize * 8);
  return limit === (1n << bits) - 1n || limit === (1n << 64n) - 1n ? undefined : limit;
}

function timersOf(signal: StructFields): IntervalTimer[] {
  const timers = [
    ["real", "it_real"],
    ["virtual", "it_virt"],
    ["profiling", "it_prof"],
  ] as const;
  return timers.flatMap(([name, field]) => {
    const left = signal.big(`${field}_value`) ?? 0n;
    const interval = signal.big(`${field}_incr`) ?? 0n;
    return left === 0n && interval === 0n ? [] : [{ name, left, interval }];
  });
}

function terminalOf(image: Image, signal: StructFields): ControllingTerminal | undefined {
  const objref = signal.number("tty_objref") ?? 0;
  const formerForeground = signal.number("tty_old_pgrp") ?? 0;
  if (objref === 0 && formerForeground <= 0) return undefined;
  return {
    objref,
    index: structOf(image, image.object(objref, "TTY")?.find("TTY"))?.number("index"),
    foreground: signal.number("tty_pgrp") ?? 0,
    formerForeground,
  };
}
