/** Signals that are waiting to be delivered. */
import type { Image } from "../image/image.js";
import { structOf } from "../image/record/struct-fields.js";
import type { TreeNode } from "../image/tree.js";
import { type QueuedSignal, queuedSignal } from "../model/siginfo.js";
import { signalName, signalsIn } from "../model/signals.js";

export interface PendingSignals {
  readonly signals: readonly string[];
  /** Number of entries that the queue announces; a damaged record may have fewer. */
  readonly announced: number;
  /** Queue entries, oldest first. A pending signal need not have one. */
  readonly queue: readonly QueuedSignal[];
}

/** The pending signals in a node; undefined if there is no such record, or it is damaged. */
export function pendingIn(image: Image, node: TreeNode | undefined): PendingSignals | undefined {
  const fields = structOf(image, node);
  const mask = fields?.bytes("signal");
  if (!fields || !mask) return undefined;
  return {
    signals: namesIn(image, mask),
    announced: fields.number("nr_pending") ?? 0,
    queue: fields.elements("siginfo").map((info) => queuedSignal(image.format.abi, info)),
  };
}

/** Names of the signals in a set. */
export function namesIn(image: Image, sigset: Uint8Array): string[] {
  return signalsIn(image.format, sigset).map((signal) => signalName(image.format.abi, signal));
}
