/** Registers of a 32-bit ARM thread. Images contain no floating point registers of it. */
import { interrupted, resumptionOf } from "./interrupted-call.js";
import type { Thread, ThreadInfo } from "./thread.js";

const BITS = 32;

/** Places in the array of registers, which is that of the kernel's pt_regs. */
const RESULT = 0;
const PC = 15;
const CPSR = 16;
const ORIGINAL_RESULT = 17;

/** Bit of the status register that is set in Thumb code, whose instructions for system calls have 2 bytes instead of 4. */
const THUMB = 1 << 5;

/** Number of registers of the vector unit. */
const VECTOR_REGISTERS = 32;

export function armThread(thread: Thread): ThreadInfo {
  const { passage, task, cpu, clearTidAddr } = thread;
  const regs = (cpu.values("uregs") ?? []).map((value) => Number(BigInt.asUintN(BITS, BigInt(value))));
  const register = (place: number) => regs[place] ?? 0;
  const isInCall = (register(ORIGINAL_RESULT) | 0) >= 0;
  const resumption = isInCall ? resumptionOf(thread, BigInt(register(RESULT) | 0)) : undefined;
  if (resumption === "again") {
    regs[RESULT] = register(ORIGINAL_RESULT);
    regs[PC] = (register(PC) - ((register(CPSR) & THUMB) === 0 ? 4 : 2)) >>> 0;
  } else if (resumption === "EINTR") regs[RESULT] = Number(interrupted(BITS));
  passage.account.madeUp({
    ...{ task, node: task.record("CPU"), record: "CPU" },
    why: "images of ARM have no floating point registers; the task gets those of a new process",
  });
  const local = passage.image.fields(task.record("THREAD") ?? passage.image.root).number("tp_value") ?? 0;
  return { tiArm: { clearTidAddr, tls: local, gpregs: general(regs), fpstate: unusedVectors() } };
}

/** The registers of a task that has none any more. */
export function deadArmThread(): ThreadInfo {
  return { tiArm: { clearTidAddr: 0n, tls: 0, gpregs: general([]), fpstate: unusedVectors() } };
}

function unusedVectors() {
  return { vfpRegs: new Array<bigint>(VECTOR_REGISTERS).fill(0n), fpscr: 0, fpexc: 0, fpinst: 0, fpinst2: 0 };
}

function general(regs: readonly number[]) {
  const at = (place: number) => regs[place] ?? 0;
  return {
    ...{ r0: at(0), r1: at(1), r2: at(2), r3: at(3), r4: at(4), r5: at(5), r6: at(6), r7: at(7), r8: at(8), r9: at(9) },
    ...{ r10: at(10), fp: at(11), ip: at(12), sp: at(13), lr: at(14), pc: at(PC), cpsr: at(CPSR) },
    origR0: at(ORIGINAL_RESULT),
  };
}
