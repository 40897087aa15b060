/** State of a task at the checkpoint. */
import type { Image } from "../image/image.js";
import { enumeratorName } from "./enum-names.js";
import type { Task } from "./tasks.js";

export interface TaskState {
  /** Letter as in `ps`: R, S, D, T, t, Z, X; `?` if the image ends before the field, or the number is unknown. */
  readonly letter: string;
  /** The state as a word, e.g. `sleeping`. */
  readonly word: string;
}

const UNKNOWN: TaskState = { letter: "?", word: "unknown" };
const RUNNING: TaskState = { letter: "R", word: "running" };

/** The first bit that is set determines the state. */
const EXITED: readonly (readonly [enumerator: string, state: TaskState])[] = [
  ["EXIT_ZOMBIE", { letter: "Z", word: "zombie" }],
  ["EXIT_DEAD", { letter: "X", word: "dead" }],
];
const LIVE: typeof EXITED = [
  ["TASK_INTERRUPTIBLE", { letter: "S", word: "sleeping" }],
  ["TASK_UNINTERRUPTIBLE", { letter: "D", word: "waiting" }],
  ["__TASK_STOPPED", { letter: "T", word: "stopped" }],
  ["__TASK_TRACED", { letter: "t", word: "traced" }],
  ["TASK_DEAD", { letter: "X", word: "dead" }],
];

export function stateOf({ format }: Image, task: Task): TaskState {
  const state = task.number("TASK", "state");
  const exit = task.number("TASK", "exit_state");
  if (state === undefined || exit === undefined) return UNKNOWN;
  const among = (states: typeof EXITED, bits: number) =>
    states.find(([enumerator]) => (bits & format.constant(enumerator)) !== 0)?.[1];
  if (exit !== 0) return among(EXITED, exit) ?? UNKNOWN;
  return among(LIVE, state) ?? (state === 0 ? RUNNING : UNKNOWN);
}

/** How a task ended. */
export interface Exit {
  /** Status as the parent's wait call returns it. */
  readonly status: number;
  /** Exit code of the program; undefined if a signal killed it. */
  readonly code?: number;
  /** Number of the signal that killed it. `signalName` is its C name, if it has one. */
  readonly signal?: number;
  readonly signalName?: string;
}

/** How a task ended; undefined for a live task. */
export function exitOf({ format }: Image, task: Task): Exit | undefined {
  const status = task.isZombie ? task.number("TASK", "exit_code") : undefined;
  if (status === undefined) return undefined;
  const signal = status & 0x7f;
  if (signal === 0) return { status, code: (status >>> 8) & 0xff };
  const signalName = enumeratorName(format.abi, "signal", signal);
  return { status, signal, ...(signalName !== undefined && { signalName }) };
}

/** How a task ended, in words: `exited 3` or `killed by SIGKILL`. */
export function exitText({ code, signal, signalName }: Exit): string {
  return signal === undefined ? `exited ${code}` : `killed by ${signalName ?? `signal ${signal}`}`;
}

/** C name of the call that the task resumes after a restart, e.g. `CKPT_RESTART_BLOCK_POLL`; undefined if it resumes none. */
export function waitOf({ format }: Image, task: Task): string | undefined {
  const type = task.number("RESTART_BLOCK", "function_type");
  if (type === undefined || type === format.constant("CKPT_RESTART_BLOCK_NONE")) return undefined;
  return enumeratorName(format.abi, "restart_block_type", type) ?? `type ${type}`;
}
