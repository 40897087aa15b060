/** Handlers and pending signals of captured processes. */
import { type ComposedRecord, type Fields, SharedObject } from "../../../tools/write/index.js";
import type { Scene } from "../../make-image/scene.js";
import type { Process } from "./tree.js";

/** Offsets in the `siginfo` of a 64-bit program that a process sent. */
const SIGINFO = { signal: 0, error: 4, code: 8, pid: 16, uid: 20, value: 24 };

/** A set of signals, as the kernel's word. */
export function signalSet(mask: bigint): Fields {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(mask);
  return { sigset: bytes };
}

export function signalHandlers(scene: Scene, { actions }: Process): SharedObject {
  const all = Array.from({ length: scene.constant("CKPT_ARCH_NSIG") || 0 }, (_, i): Fields => {
    const action = actions.get(i + 1);
    if (!action) return {};
    const { handler, flags, restorer, mask } = action;
    return { _sa_handler: handler, sa_flags: flags, sa_restorer: restorer, sa_mask: signalSet(mask) };
  });
  return new SharedObject("SIGHAND", () => ({ records: { SIGHAND: { tail: all } } }));
}

/** A queue of signals that processes sent, with or without a value. */
export function pendingSignals(scene: Scene, queue: readonly Buffer[]): ComposedRecord {
  const mask = queue.reduce((bits, info) => bits | (1n << BigInt(info.readInt32LE(SIGINFO.signal) - 1)), 0n);
  const wide = scene.since("v23-rc1-a");
  return {
    fields: { nr_pending: queue.length, signal: signalSet(mask) },
    tail: queue.map((info) => {
      const value = info.readBigUInt64LE(SIGINFO.value);
      return {
        csi_signo: info.readInt32LE(SIGINFO.signal),
        csi_errno: info.readInt32LE(SIGINFO.error),
        csi_code: wide ? info.readInt32LE(SIGINFO.code) : info.readUInt32LE(SIGINFO.code),
        csi_pid: info.readInt32LE(SIGINFO.pid),
        csi_uid: info.readInt32LE(SIGINFO.uid),
        ...(wide ? { csi_ptr: value } : { sigval_ptr: value }),
      };
    }),
  };
}
