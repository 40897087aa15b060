/** Signal state: masks, pending signals, actions. */
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { sa_entrySchema } from "../../../generated/criu/sa_pb.js";
import type { signal_queue_entrySchema } from "../../../generated/criu/siginfo_pb.js";
import type { Image } from "../../image/image.js";
import { type StructFields, structOf } from "../../image/record/struct-fields.js";
import type { TreeNode } from "../../image/tree.js";
import { queuedSignal } from "../../model/siginfo.js";
import { signalsIn } from "../../model/signals.js";
import type { Task } from "../../model/tasks.js";
import type { Passage } from "../passage.js";
import { siginfoBytes } from "./siginfo.js";

type Queue = MessageInitShape<typeof signal_queue_entrySchema>;
type Action = MessageInitShape<typeof sa_entrySchema>;

/** A set as a number: bit n is signal n + 1. */
export function signalMask(image: Image, sigset: Uint8Array | undefined): bigint {
  return signalsIn(image.format, sigset ?? new Uint8Array()).reduce(
    (mask, signal) => mask | (1n << BigInt(signal - 1)),
    0n,
  );
}

/** The signals that a task blocks. */
export function blockedSignals(image: Image, task: Task): bigint {
  return signalMask(image, structOf(image, task.record("SIGNAL_TASK"))?.bytes("blocked"));
}

/** Pending signals of a record SIGPENDING: the queue, then those without an entry in it, which a kernel keeps when it has no memory for one. */
export function pendingSignals({ image, target, account }: Passage, task: Task, node: TreeNode | undefined): Queue {
  const fields = structOf(image, node);
  if (!fields) return { signals: [] };
  const queue = fields.elements("siginfo").map((info) => queuedSignal(image.format.abi, info));
  const queued = new Set(queue.map(({ number }) => number));
  const unqueued = signalsIn(image.format, fields.bytes("signal") ?? new Uint8Array()).filter(
    (signal) => !queued.has(signal),
  );
  for (const signal of unqueued)
    account.madeUp({
      task,
      node,
      record: "SIGPENDING",
      field: "signal",
      value: signal,
      why: "the signal is pending without details; it appears as sent by pid 0",
    });
  const bare = unqueued.map((number) => ({ number, code: 0, errno: 0, class: "kill" as const, details: {} }));
  return { signals: [...queue, ...bare].map((signal) => ({ siginfo: siginfoBytes(signal, target) })) };
}

/** Signals whose action cannot be changed. */
const SIGKILL = 9;
const SIGSTOP = 19;

/** Number of signals that have an action. */
const SIGNALS = 64;

/** The actions of all signals but the two that have none, in the order of their numbers. */
export function signalActions({ image, account }: Passage, task: Task, isCompat: boolean): Action[] {
  const node = image.object(task.objref("sighand_objref"), "SIGHAND")?.find("SIGHAND");
  const actions = structOf(image, node)?.elements("action");
  if (!actions)
    account.madeUp({
      task,
      record: "SIGHAND",
      why: "the image has no signal handlers; all signals have their default action, so a program that handles some breaks",
    });
  return Array.from({ length: SIGNALS }, (_, i) => i + 1)
    .filter((signal) => signal !== SIGKILL && signal !== SIGSTOP)
    .map((signal) => actionOf(image, actions?.[signal - 1], isCompat));
}

function actionOf(image: Image, action: StructFields | undefined, isCompat: boolean): Action {
  return {
    sigaction: action?.big("_sa_handler") ?? 0n,
    flags: action?.big("sa_flags") ?? 0n,
    restorer: action?.big("sa_restorer") ?? 0n,
    mask: signalMask(image, action?.bytes("sa_mask")),
    compatSigaction: isCompat,
  };
}
