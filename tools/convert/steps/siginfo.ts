/** v23-rc1-a: queued signals have a field for every value; before, a few fields served all kinds of signals. */
import { SIGINFO_FIELDS } from "../../inspect/siginfo.js";
import { reasonOf } from "../../model/signals.js";
import type { Values } from "../keyed.js";
import type { RecordNode } from "../nodes.js";
import type { Crossing, Step } from "../step.js";

/** Of every signal. */
const COMMON = ["csi_signo", "csi_errno", "csi_code"];

/** Where the values of an unknown kind of signal stay. */
const UNKNOWN_KIND: readonly (readonly [name: string, before: string, since: string])[] = [
  ["pid", "csi_pid", "csi_pid"],
  ["uid", "csi_uid", "csi_uid"],
  ["value", "sigval_int", "csi_int"],
  ["pointer", "sigval_ptr", "csi_ptr"],
  ["utime", "csi_utime", "csi_utime"],
  ["stime", "csi_stime", "csi_stime"],
];

/** Widths that the fields have on both sides, so that values go over bit by bit. */
const SIGNED: ReadonlySet<string> = new Set([
  "csi_errno",
  "csi_code",
  "csi_fd",
  "csi_status",
  "csi_int",
  "csi_sys_private",
]);

function convert(way: Crossing, isForward: boolean) {
  const { abi } = way.before;
  const signed = isForward ? SIGNED : new Set(["csi_uid"]);
  const wide = new Set(["sigval_ptr", "csi_ptr", "csi_utime", "csi_stime", "csi_addr"]);
  return (record: RecordNode): undefined => {
    const { tail } = record.parts;
    if (!tail || tail.length === 0) return;
    way.worked();
    record.parts.tail = tail.map((element, i) => {
      const old = { ...(element as Values) };
      const kind = reasonOf(abi, Number(old.csi_signo), Number(old.csi_code)).class;
      const made: Values = {};
      const move = (from: string, to: string) => {
        const value = BigInt((old[from] as number | bigint | undefined) ?? 0);
        delete old[from];
        if (wide.has(to)) made[to] = BigInt.asUintN(64, value);
        else made[to] = Number(signed.has(to) ? BigInt.asIntN(32, value) : BigInt.asUintN(32, value));
      };
      for (const name of COMMON) move(name, name);
      // A queued value is the pointer and, in its lower half, the integer.
      if (!isForward && (kind === "queue" || kind === "message queue") && lower(old.csi_ptr) === lower(old.csi_int))
        delete old.csi_int;
      for (const [, before, since] of kind ? SIGINFO_FIELDS[kind] : UNKNOWN_KIND)
        isForward ? move(before, since) : move(since, before);
      for (const [name, value] of Object.entries(old))
        if (Number(value) !== 0)
          way.lose(
            record,
            `siginfo[${i}].${name}`,
            value,
            `signals of its kind (${kind ?? "unknown"}) have no such value there`,
          );
      return made;
    });
  };
}

function lower(value: unknown): bigint {
  return BigInt.asUintN(32, BigInt((value as number | bigint | undefined) ?? 0));
}

export const queuedSignals: Step = {
  id: "queued-signals",
  title: "details of queued signals in fields of their own",
  since: "v23-rc1-a",
  forward: (way) => ({ records: { SIGPENDING: convert(way, true) } }),
  backward: (way) => ({ records: { SIGPENDING: convert(way, false) } }),
};
