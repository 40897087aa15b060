/**
 * System calls that a signal or the checkpoint interrupted. A kernel that restarts a task of an image makes the call again, as after a signal. CRIU lets
 * the task continue with the registers of the dump, and so has to set them up for that: it does this when it dumps. What it does is in
 * compel/arch/ARCH/src/lib/infect.c of CRIU 4.2, what kernels do in arch/ARCH/kernel/signal.c of Linux.
 *
 * | architecture | result | call | to make the call again |
 * |---|---|---|---|
 * | x86 | ax | orig_ax, -1 outside of a call | ax = orig_ax, ip back by 2 |
 * | s390x | gpr 2 | svcnr, 0 outside of a call | gpr 2 = orig_gpr2, psw back by the length of the instruction |
 * | arm | r0 | orig_r0, -1 outside of a call | r0 = orig_r0, pc back by 4, in Thumb code by 2 |
 */
import { structOf } from "../../image/record/struct-fields.js";
import { interruptedCallOf } from "../../model/interrupted-call.js";
import type { Thread } from "./thread.js";

/** Results by which the kernel marks a call that it makes again: ERESTARTSYS, ERESTARTNOINTR, ERESTARTNOHAND. */
const AGAIN: ReadonlySet<bigint> = new Set([-512n, -513n, -514n]);

/** ERESTART_RESTARTBLOCK: the kernel continues the call with what it has kept of it. */
const CONTINUED = -516n;

const EINTR = 4n;

/** What becomes of an interrupted call. */
export type Resumption =
  /** The call is made again, with its first arguments. */
  | "again"
  /** It returns EINTR. */
  | "EINTR"
  /** The task was in no call, or the call had ended. */
  | undefined;

/**
 * What becomes of the call that a thread was in, and tells it.
 *
 * @param result what the register for results has, as a signed number
 */
export function resumptionOf({ passage, task }: Thread, result: bigint): Resumption {
  if (AGAIN.has(result)) return "again";
  const { image, account } = passage;
  const call = interruptedCallOf(image, task);
  // Kernels of s390 have the result of EINTR in the register already, and make another call to continue.
  if (result !== CONTINUED && !(result === -EINTR && call)) return undefined;
  account.lost({
    ...{ task, node: task.record("RESTART_BLOCK") },
    ...{ record: "RESTART_BLOCK", field: "arg_4", value: structOf(image, task.record("RESTART_BLOCK"))?.big("arg_4") },
    why: `${call?.call ?? "the interrupted call"} ends early with EINTR, because CRIU does not keep how long it still had to wait`,
  });
  return "EINTR";
}

/** The result that a program sees as EINTR, in a register of that width. */
export function interrupted(bits: number): bigint {
  return BigInt.asUintN(bits, -EINTR);
}
