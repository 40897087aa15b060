/** v23-rc1-a: queued signals have a field for every value; before, a few fields served all kinds of signals. */
import type { ImageFormat } from "../../../image/abi/format.js";
import { detailsOf, reasonOf } from "../../../model/signals.js";
import { KeyedCodec, type Values } from "../../../write/keyed-codec.js";
import type { RecordNode } from "../../nodes.js";
import type { ConversionStep, Crossing } from "../../step.js";

/** Fields that every signal has. */
const COMMON = ["csi_signo", "csi_errno", "csi_code"];

function convert(way: Crossing, isForward: boolean) {
  const { abi } = way.before;
  const widths = widthsIn(way.after);
  return (record: RecordNode): undefined => {
    const { tail } = record.parts;
    if (!tail || tail.length === 0) return;
    way.worked();
    record.parts.tail = tail.map((element, i) => {
      const old = { ...(element as Values) };
      const kind = reasonOf(abi, Number(old.csi_signo), Number(old.csi_code)).class;
      const made: Values = Object.fromEntries([...widths].map(([path, widen]) => [path, widen(0)]));
      const move = (from: string, to: string) => {
        made[to] = widths.get(to)?.((old[from] as number | bigint | undefined) ?? 0);
        delete old[from];
      };
      for (const name of COMMON) move(name, name);
      // A queued value is the pointer; its lower half is the integer.
      if (!isForward && (kind === "queue" || kind === "message queue") && lower(old.csi_ptr) === lower(old.csi_int))
        delete old.csi_int;
      const there = detailsOf(way.after.abi, kind);
      for (const [name, path] of detailsOf(abi, kind)) {
        const other = there.get(name);
        if (other !== undefined) move(path, other);
      }
      // In older images the other bytes are leftover memory; newer ones have zero in all fields of other kinds.
      for (const [name, value] of Object.entries(old)) {
        if (Number(value) === 0) continue;
        const why = `signals of its kind (${kind ?? "unknown"}) have no such value there`;
        if (isForward) way.clear(record, `siginfo[${i}].${name}`, value, why);
        else way.lose(record, `siginfo[${i}].${name}`, value, why);
      }
      return made;
    });
  };
}

/**
 * By field, a function that truncates a value to the width of the field: the same bits are a process id in one kind of signal and a timer in another.
 */
function widthsIn({ abi }: ImageFormat): Map<string, (value: number | bigint) => number | bigint> {
  const struct = abi.structOfKey("ckpt_siginfo");
  const leaves = struct ? KeyedCodec.of(struct).leaves : [];
  return new Map(
    leaves.map(({ member: { path, type, size } }) => [
      path,
      (value) => {
        const bits = type.startsWith("s")
          ? BigInt.asIntN(size * 8, BigInt(value))
          : BigInt.asUintN(size * 8, BigInt(value));
        return size === 8 ? bits : Number(bits);
      },
    ]),
  );
}

function lower(value: unknown): bigint {
  return BigInt.asUintN(32, BigInt((value as number | bigint | undefined) ?? 0));
}

export const queuedSignals: ConversionStep = {
  id: "queued-signals",
  title: "details of queued signals in fields of their own",
  since: "v23-rc1-a",
  forward: (way) => ({ records: { SIGPENDING: convert(way, true) } }),
  backward: (way) => ({ records: { SIGPENDING: convert(way, false) } }),
};
