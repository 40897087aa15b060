/** The system call that a task resumes after a restart, with named arguments. */
import type { Image } from "../image/image.js";
import { structOf } from "../image/record/struct-fields.js";
import { enumeratorName } from "./enum-names.js";
import type { Task } from "./tasks.js";

export interface InterruptedCall {
  /** `nanosleep`, `clock_nanosleep`, `poll` or `futex`; undefined for a number without a name. */
  readonly call: string | undefined;
  /** C name of the kind, e.g. `CKPT_RESTART_BLOCK_POLL`; undefined for an unknown number. */
  readonly kind: string | undefined;
  readonly number: bigint;
  /** Arguments by name, e.g. `fds`; for an unknown kind `arg_0` to `arg_3`. */
  readonly arguments: Readonly<Record<string, bigint | string>>;
  /** Remaining time to wait in ns; undefined for no limit. */
  readonly left: bigint | undefined;
}

interface Meaning {
  readonly call: string;
  /** Names of the arguments, beginning with the first. */
  readonly arguments: readonly string[];
}

const SLEEP = ["clock", "remaining_time_at"];

const MEANINGS: Readonly<Record<string, Meaning>> = {
  CKPT_RESTART_BLOCK_HRTIMER_NANOSLEEP: { call: "nanosleep", arguments: SLEEP },
  CKPT_RESTART_BLOCK_POSIX_CPU_NANOSLEEP: { call: "clock_nanosleep", arguments: SLEEP },
  CKPT_RESTART_BLOCK_COMPAT_NANOSLEEP: { call: "nanosleep", arguments: SLEEP },
  CKPT_RESTART_BLOCK_COMPAT_CLOCK_NANOSLEEP: {
    call: "clock_nanosleep",
    arguments: [...SLEEP, "compat_remaining_time_at"],
  },
  CKPT_RESTART_BLOCK_POLL: { call: "poll", arguments: ["fds", "nfds", "has_timeout"] },
  CKPT_RESTART_BLOCK_FUTEX: { call: "futex", arguments: ["address", "expected", "flags", "bitset"] },
};

/** The call that a task resumes; undefined if it resumes none, or the image has no such record. */
export function interruptedCallOf(image: Image, task: Task): InterruptedCall | undefined {
  const block = structOf(image, task.record("RESTART_BLOCK"));
  const number = block?.big("function_type");
  if (!block || number === undefined) return undefined;
  const { abi } = image.format;
  const kind = enumeratorName(abi, "restart_block_type", number);
  if (kind === "CKPT_RESTART_BLOCK_NONE") return undefined;
  const meaning = kind === undefined ? undefined : MEANINGS[kind];
  const names = meaning?.arguments ?? ["arg_0", "arg_1", "arg_2", "arg_3"];
  const values = names.map((name, i) => {
    const value = block.big(`arg_${i}`) ?? 0n;
    return [name, name === "clock" ? (enumeratorName(abi, "clock_id", value) ?? value) : value] as const;
  });
  const waits = meaning?.call !== "poll" || block.big("arg_2") !== 0n;
  const left = block.big("arg_4");
  return {
    call: meaning?.call,
    kind,
    number,
    arguments: Object.fromEntries(values),
    left: waits ? left : undefined,
  };
}
