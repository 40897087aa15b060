/** v18: limits, timers and pending signals of processes, and pending and blocked signals of threads. */
import { Cases } from "../../../image/abi/cases.js";
import type { Values } from "../../../write/keyed-codec.js";
import { type GroupNode, isRecord, type Node, type RecordNode } from "../../nodes.js";
import type { NewObject } from "../../numbering.js";
import type { ConversionStep, Crossing } from "../../step.js";
import { isZero } from "../../values.js";

const WHY = "older images have no signal state but the handlers";

/** Soft and hard limits of the first process of a kernel, for the limited resources; all others are unlimited. */
const LIMITS: Readonly<Record<string, readonly [number, number | undefined]>> = {
  RLIMIT_STACK: [8 * 1024 * 1024, undefined],
  RLIMIT_CORE: [0, undefined],
  RLIMIT_NOFILE: [1024, 1024],
  RLIMIT_MEMLOCK: [64 * 1024, 64 * 1024],
  RLIMIT_MSGQUEUE: [819_200, 819_200],
  RLIMIT_NICE: [0, 0],
  RLIMIT_RTPRIO: [0, 0],
};

interface Limit {
  readonly rlim_cur: bigint;
  readonly rlim_max: bigint;
}

function usualLimits({ image, ...way }: Crossing): Limit[] {
  const { wordSize } = image.format;
  const unlimited = (1n << BigInt(wordSize * 8)) - 1n;
  const format = Number.isNaN(way.after.constant("CKPT_RLIM_NLIMITS")) ? way.before : way.after;
  const limits = Array.from({ length: format.constant("CKPT_RLIM_NLIMITS") }, () => ({
    rlim_cur: unlimited,
    rlim_max: unlimited,
  }));
  for (const [name, [soft, hard]] of Object.entries(LIMITS))
    limits[format.constant(name)] = { rlim_cur: BigInt(soft), rlim_max: hard === undefined ? unlimited : BigInt(hard) };
  return limits;
}

export const signalState: ConversionStep = {
  id: "signal-state",
  title: "limits, timers and pending signals",
  since: "v18",
  forward: (way) => {
    const limits = usualLimits(way);
    const processes: number[] = [];
    const known = new Map<number, NewObject>();
    let task = -1;
    return {
      records: {
        pids(record) {
          for (const { vtgid } of way.items(record, "ckpt_task_pids").each()) processes.push(Number(vtgid));
          return undefined;
        },
        TASK() {
          task++;
          return undefined;
        },
      },
      rules: {
        shared_objects: (group: GroupNode) =>
          group.with(function* () {
            for (const node of group.each()) {
              const inner = isRecord(node, "TASK_OBJS") ? stateOf(node) : [];
              yield node;
              yield* inner;
            }
          }),
        live: (group: GroupNode) =>
          group.with(function* () {
            yield* group.each();
            const nothing = { fields: { nr_pending: 0 }, tail: [] };
            yield way.rule("private_signals", [
              way.record("SIGPENDING", nothing, "private_pending"),
              way.record("SIGNAL_TASK"),
            ]);
          }),
      },
    };

    /** Records with the state of a process, which its first thread carries. */
    function stateOf(record: RecordNode): Node[] {
      const process = processes[task] ?? -1 - task;
      const shared = known.get(process);
      const signal = shared ?? way.newObject();
      record.fields.signal_objref = signal;
      if (shared) return [];
      known.set(process, signal);
      way.worked();
      way.invent(
        record,
        "signal_objref",
        "usual limits",
        "the image says nothing of limits, timers and pending signals",
      );
      return [
        way.rule("process_signals", [
          way.record("SIGNAL", { fields: { rlim: limits } }),
          way.record("SIGPENDING", { fields: { nr_pending: 0 }, tail: [] }, "shared_pending"),
        ]),
      ];
    }
  },
  backward: (way) => {
    const limits = usualLimits(way);
    return {
      records: {
        TASK_OBJS(record) {
          way.dropNumber(record.number("signal_objref"));
          delete record.fields.signal_objref;
          return undefined;
        },
      },
      rules: {
        process_signals: (group) => {
          way.worked();
          return loseAll(way, group, limits);
        },
        private_signals: (group) => loseAll(way, group, limits),
      },
    };
  },
};

function loseAll(way: Crossing, group: GroupNode, limits: readonly Limit[]): undefined {
  for (const node of group.each()) {
    if (node.kind === "group") {
      way.drop(node);
      continue;
    }
    for (const [name, value] of Object.entries(node.fields)) {
      if (name === "rlim") loseLimits(way, node, value as Limit[], limits);
      else if (name === "tty_old_pgrp" && Number(value) === way.before.constant("CKPT_PID_NULL")) continue;
      else if (!isZero(value)) way.lose(node, name, value, WHY);
    }
    node.parts.tail?.forEach((info, i) => {
      way.lose(node, `siginfo[${i}]`, withoutLeftovers(way, info as Values), WHY);
    });
  }
  return undefined;
}

/** The meaningful fields of a siginfo, without leftover memory. */
function withoutLeftovers({ before }: Crossing, info: Values): Values {
  const struct = before.struct("ckpt_siginfo");
  const leftovers = struct && Cases.of(struct)?.leftovers((path) => info[path] as number | bigint);
  return Object.fromEntries(Object.entries(info).filter(([path]) => !leftovers?.includes(path)));
}

function loseLimits(way: Crossing, record: RecordNode, own: readonly Limit[], usual: readonly Limit[]): void {
  own.forEach((limit, i) => {
    const { rlim_cur, rlim_max } = usual[i] ?? {};
    if (limit.rlim_cur !== rlim_cur || limit.rlim_max !== rlim_max) way.lose(record, `rlim[${i}]`, limit, WHY);
  });
}
