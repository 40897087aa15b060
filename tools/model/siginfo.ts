/** Details of a queued signal. Up to v22 a few fields serve all kinds of signals; from v23-rc1-a on each value has its own field. */
import type { Abi } from "../../runtime/index.js";
import type { StructFields } from "../image/record/struct-fields.js";
import { detailsOf, reasonOf, type SignalClass, signalName } from "./signals.js";

export interface QueuedSignal {
  readonly signal: string;
  readonly number: number;
  /** Reason of the signal, e.g. `SI_USER`; undefined if the number has no name. */
  readonly reason: string | undefined;
  readonly class: SignalClass | undefined;
  readonly code: number;
  /** Error number in the siginfo; 0 for none. */
  readonly errno: number;
  /** Other details by name, e.g. `pid`, `uid`, `address`; times in clock ticks. */
  readonly details: Readonly<Record<string, number | bigint>>;
}

/**
 * Decodes the details of a queued signal.
 *
 * @param fields reader of a `ckpt_siginfo`
 */
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
    details: toldDetails(abi, fields, reason.class),
  };
}

/** Details of a signal by name. For an unknown kind, all non-zero fields by schema key. */
function toldDetails(abi: Abi, fields: StructFields, kind: SignalClass | undefined): Record<string, number | bigint> {
  const told: Record<string, number | bigint> = {};
  for (const [name, path] of detailsOf(abi, kind)) {
    const value = fields.value(path);
    if (value === undefined || (!kind && Number(value) === 0)) continue;
    told[kind ? name : path] = value;
  }
  // The integer is the lower half of the value, unless it has a value of its own.
  if (told.integer !== undefined && lower(told.integer) === lower(told.value ?? 0)) delete told.integer;
  return told;
}

function lower(value: number | bigint): bigint {
  return BigInt.asUintN(32, BigInt(value));
}
