/** Signal handlers, queues of pending signals, limits and timers. */
import { type ComposedRecord, type Fields, SharedObject } from "../../tools/write/index.js";
import { UID } from "./credentials.js";
import { pidOf, rootPid, type TaskPlan } from "./process-tree.js";
import type { Scene } from "./scene.js";

const SIGINT = 2;
const SIGUSR1 = 10;
const SIGUSR2 = 12;
const SIGPIPE = 13;
const SIGCHLD = 17;
const SIGRTMIN = 34;
const SA_RESTART = 0x1000_0000;
const SIG_IGN = 1;
/** `si_code` with the kernel's class of the signal in the upper bits: sent by a process, queued with a value, child that has exited. */
const FROM_USER = 0;
const QUEUED = 0x5_ffff;
const CHILD_EXITED = 0x4_0001;

/** A signal set: the kernel's words as bytes. */
export function sigset({ format }: Scene, ...signals: number[]): Fields {
  const mask = signals.reduce((bits, signal) => bits | (1n << BigInt(signal - 1)), 0n);
  const view = new DataView(new ArrayBuffer(8));
  if (format.wordSize === 8) view.setBigUint64(0, mask, format.littleEndian);
  else
    for (const word of [0, 1])
      view.setUint32(word * 4, Number((mask >> BigInt(32 * word)) & 0xffff_ffffn), format.littleEndian);
  return { sigset: new Uint8Array(view.buffer) };
}

/** State that is the same in every process. */
export interface SignalDefaults {
  readonly handlers: ComposedRecord;
  readonly limits: readonly Fields[];
}

export function signalDefaults(scene: Scene): SignalDefaults {
  const { text } = scene.places;
  const actions = new Array<Fields>(scene.constant("CKPT_ARCH_NSIG") || 0).fill({});
  actions[SIGUSR1 - 1] = { _sa_handler: text + 0x200, sa_flags: SA_RESTART, sa_mask: sigset(scene, SIGUSR1, SIGUSR2) };
  actions[SIGPIPE - 1] = { _sa_handler: SIG_IGN };
  return { handlers: { tail: actions }, limits: limits(scene) };
}

export function signalHandlers({ signals }: Scene): SharedObject {
  return new SharedObject("SIGHAND", () => ({ records: { SIGHAND: signals.handlers } }));
}

/** Limits, timers and terminal of a process, and the signals that wait for any of its threads. */
export function processSignals(scene: Scene, plan: TaskPlan): Record<string, ComposedRecord> {
  const { settings, terminal } = scene;
  const second = 1_000_000_000;
  const leads = plan.pid === plan.sid;
  const controlled = leads && !settings.plain;
  return {
    SIGNAL: {
      fields: {
        rlim: scene.signals.limits,
        ...(plan.role === "leader" && { it_real_value: 5 * second, it_real_incr: 10 * second }),
        tty_objref: controlled ? terminal.slave : 0,
        tty_pgrp: controlled ? plan.pgid : 0,
        tty_old_pgrp: leads ? scene.constant("CKPT_PID_NULL") : 0,
      },
    },
    shared_pending: queue(scene, plan.role === "root" && !settings.plain ? [fromUser(scene), childExited(scene)] : []),
  };
}

/** Open files and stack are limited, all others are unlimited. */
function limits({ format }: Scene): Fields[] {
  const unlimited = format.wordSize === 8 ? 0xffff_ffff_ffff_ffffn : 0xffff_ffffn;
  const limits = Array.from({ length: format.constant("CKPT_RLIM_NLIMITS") }, () => ({
    rlim_cur: unlimited,
    rlim_max: unlimited,
  })) as Fields[];
  limits[format.constant("RLIMIT_STACK")] = { rlim_cur: 8 * 1024 * 1024, rlim_max: unlimited };
  limits[format.constant("RLIMIT_NOFILE")] = { rlim_cur: 1024, rlim_max: 4096 };
  return limits;
}

/** The signals that wait for one thread. */
export function pendingSignals(scene: Scene, { role }: TaskPlan): ComposedRecord {
  return queue(scene, role === "root" && !scene.settings.plain ? [queued(scene)] : []);
}

export function blockedSignals(scene: Scene, { role }: TaskPlan): Fields {
  return role === "root" && !scene.settings.plain ? sigset(scene, SIGINT, SIGUSR2, SIGCHLD, SIGRTMIN) : sigset(scene);
}

interface Pending {
  readonly signal: number;
  readonly info: Fields;
}

function queue(scene: Scene, pending: readonly Pending[]): ComposedRecord {
  return {
    fields: { nr_pending: pending.length, signal: sigset(scene, ...pending.map(({ signal }) => signal)) },
    tail: pending.map(({ info }) => info),
  };
}

function fromUser({ settings }: Scene): Pending {
  return { signal: SIGINT, info: { csi_signo: SIGINT, csi_code: FROM_USER, csi_pid: rootPid(settings), csi_uid: UID } };
}

function childExited({ settings }: Scene): Pending {
  const status = { sigval_int: 3, csi_status: 3, csi_utime: 12, csi_stime: 4 };
  const child = { csi_pid: pidOf(settings, "zombie"), csi_uid: UID };
  return { signal: SIGCHLD, info: { csi_signo: SIGCHLD, csi_code: CHILD_EXITED, ...child, ...status } };
}

function queued({ settings }: Scene): Pending {
  const value = { sigval_ptr: 0x1234, csi_int: 0x1234, csi_ptr: 0x1234 };
  const sender = { csi_pid: rootPid(settings), csi_uid: UID };
  return { signal: SIGRTMIN, info: { csi_signo: SIGRTMIN, csi_code: QUEUED, ...sender, ...value } };
}
