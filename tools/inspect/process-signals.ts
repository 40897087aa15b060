/** Signal state that the threads of a process share: its queue, resource limits, interval timers and controlling terminal. */
import type { Image } from "../image/image.js";
import { type StructFields, structOf } from "../image/record/struct-fields.js";
import { enumeratorName } from "../model/enum-names.js";
import type { Task } from "../model/tasks.js";
import { terminalOf } from "../model/terminals.js";
import { type PendingSignals, pendingIn } from "./pending-signals.js";

export interface ProcessSignals {
  /** Signals that wait for any thread; undefined if the image ends before them. */
  readonly pending: PendingSignals | undefined;
  readonly limits: readonly ResourceLimit[];
  readonly timers: readonly IntervalTimer[];
  readonly terminal: ControllingTerminal | undefined;
}

export interface ResourceLimit {
  /** C name, e.g. `RLIMIT_NOFILE`. */
  readonly name: string;
  /** Soft limit; undefined means unlimited. */
  readonly soft: bigint | undefined;
  readonly hard: bigint | undefined;
}

/** A running interval timer. Times are in ns. */
export interface IntervalTimer {
  readonly name: "real" | "virtual" | "profiling";
  readonly left: bigint;
  readonly interval: bigint;
}

export interface ControllingTerminal {
  readonly objref: number;
  /** Number of the terminal, as in the name of its slave in /dev/pts. */
  readonly index: number | undefined;
  /** Foreground process group; 0 for none. */
  readonly foreground: number;
  /** Foreground process group remembered after the terminal was lost; 0 or negative for none. */
  readonly formerForeground: number;
}

/**
 * The signal state of a process.
 *
 * @param first the thread whose section contains the records of the process
 */
export function processSignalsOf(image: Image, first: Task): ProcessSignals | undefined {
  const signal = structOf(image, first.record("SIGNAL"));
  if (!signal) return undefined;
  return {
    pending: pendingIn(image, first.record("SIGPENDING", "shared_pending")),
    limits: signal.elements("rlim").map((limit, i) => ({
      name: enumeratorName(image.format.abi, "rlimit", i) ?? `RLIMIT_${i}`,
      soft: finite(image, limit.big("rlim_cur")),
      hard: finite(image, limit.big("rlim_max")),
    })),
    timers: timersOf(signal),
    terminal: controllingTerminal(image, signal),
  };
}

/** A limit; undefined for unlimited, which is all ones in the width of a machine word. */
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

function controllingTerminal(image: Image, signal: StructFields): ControllingTerminal | undefined {
  const objref = signal.number("tty_objref") ?? 0;
  const formerForeground = signal.number("tty_old_pgrp") ?? 0;
  if (objref === 0 && formerForeground <= 0) return undefined;
  return {
    objref,
    index: terminalOf(image, objref)?.index,
    foreground: signal.number("tty_pgrp") ?? 0,
    formerForeground,
  };
}
