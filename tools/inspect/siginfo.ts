/** Details of one queued signal. Up to v22 a few fields serve all kinds of signals; from v23-rc1-a on each value has its own. */
import type { Abi } from "../../runtime/index.js";
import { reasonOf, type SignalClass, type SignalReason, signalName } from "../model/signals.js";
import type { StructFields } from "../model/struct-fields.js";

export interface QueuedSignal {
  readonly signal: string;
  readonly number: number;
  /** Why it was sent, e.g. `SI_USER`; undefined when the number has no name. */
  readonly reason: string | undefined;
  readonly class: SignalClass | undefined;
  readonly code: number;
  /** Error number that came with it; 0 for none. */
  readonly errno: number;
  /** What is known beyond that, by name, e.g. `pid`, `uid`, `address`; times in clock ticks. */
  readonly details: Readonly<Record<string, number | bigint>>;
}

/** The fields of each kind in both forms: up to v22, and after. */
export const SIGINFO_FIELDS: Readonly<
  Record<SignalClass, readonly (readonly [name: string, before: string, since: string])[]>
> = {
  kill: [
    ["pid", "csi_pid", "csi_pid"],
    ["uid", "csi_uid", "csi_uid"],
  ],
  timer: [
    ["timer", "csi_pid", "csi_tid"],
    ["overrun", "csi_uid", "csi_overrun"],
    ["value", "sigval_int", "csi_int"],
    ["private", "csi_utime", "csi_sys_private"],
  ],
  poll: [
    ["fd", "sigval_int", "csi_fd"],
    ["band", "csi_pid", "csi_band"],
  ],
  fault: [
    ["address", "sigval_ptr", "csi_addr"],
    ["trap", "sigval_int", "csi_trapno"],
  ],
  child: [
    ["pid", "csi_pid", "csi_pid"],
    ["uid", "csi_uid", "csi_uid"],
    ["status", "sigval_int", "csi_status"],
    ["utime", "csi_utime", "csi_utime"],
    ["stime", "csi_stime", "csi_stime"],
  ],
  queue: [
    ["pid", "csi_pid", "csi_pid"],
    ["uid", "csi_uid", "csi_uid"],
    ["value", "sigval_ptr", "csi_ptr"],
  ],
  "message queue": [
    ["pid", "csi_pid", "csi_pid"],
    ["uid", "csi_uid", "csi_uid"],
    ["value", "sigval_ptr", "csi_ptr"],
  ],
};

/** @param fields of a `ckpt_siginfo` */
export function queuedSignal(abi: Abi, fields: StructFields): QueuedSignal {
  const number = fields.number("csi_signo") ?? 0;
  const reason = reasonOf(abi, number, fields.number("csi_code") ?? 0);
  return {
    signal: signalName(abi, number),
    number,
    reason: reason.name,
    class: reason.class,
    code: reason.code,
    errno: fields.number("csi_errno") ?? 0,
    details: detailsOf(fields, reason),
  };
}

/** Of an unknown kind, everything that is not zero, by its name in the schema. */
function detailsOf(fields: StructFields, reason: SignalReason): Record<string, number | bigint> {
  const separate = fields.value("csi_fd") !== undefined;
  const names: (readonly [string, string])[] = reason.class
    ? SIGINFO_FIELDS[reason.class].map(([name, before, since]) => [name, separate ? since : before])
    : fields.members.map(({ key, name }) => [key ?? name ?? "", key ?? name ?? ""]);
  return Object.fromEntries(
    names.flatMap(([name, path]) => {
      const value = fields.value(path);
      return value === undefined || (!reason.class && (Number(value) === 0 || ALWAYS.has(path)))
        ? []
        : [[name, value] as const];
    }),
  );
}

/** What is told of every signal. */
const ALWAYS: ReadonlySet<string> = new Set(["csi_signo", "csi_errno", "csi_code"]);
