/** Registers of an s390x thread. */
import { outdatedRegisters, WHY_OUTDATED } from "../../model/outdated-registers.js";
import { interrupted, resumptionOf } from "./interrupted-call.js";
import type { Thread, ThreadInfo } from "./thread.js";

/** Number of general, access and floating point registers each. */
const REGISTERS = 16;

const BITS = 64;

export function s390Thread(thread: Thread): ThreadInfo {
  const { passage, task, cpu, clearTidAddr } = thread;
  const { image, account } = passage;
  const wide = (value: number | bigint) => BigInt.asUintN(BITS, BigInt(value));
  const gprs = (cpu.values("gprs") ?? []).map(wide);
  const call = cpu.number("svcnr") ?? 0;
  let address = wide(cpu.big("psw_t_addr") ?? 0n);
  const result = 2;
  const resumption = resumptionOf(thread, BigInt.asIntN(BITS, gprs[result] ?? 0n));
  if (resumption === "again") {
    gprs[result] = wide(cpu.big("orig_gpr2") ?? 0n);
    address = wide(address - BigInt(cpu.number("ilc") || SVC_BYTES));
  } else if (resumption === "EINTR") gprs[result] = interrupted(BITS);
  const outdated = outdatedRegisters(image, task);
  for (const [field, isOutdated] of [
    ["fprs", outdated.floatingPoint],
    ["acrs", outdated.access],
  ] as const)
    if (isOutdated) account.note({ task, node: task.record("CPU"), record: "CPU", field, why: WHY_OUTDATED });
  return {
    tiS390: {
      clearTidAddr,
      gpregs: {
        pswMask: wide(cpu.big("psw_t_mask") ?? 0n),
        pswAddr: address,
        gprs,
        acrs: (cpu.values("acrs") ?? []).map((value) => Number(BigInt.asUintN(32, BigInt(value)))),
        origGpr2: wide(cpu.big("orig_gpr2") ?? 0n),
        systemCall: call,
      },
      fpregs: { fpc: cpu.number("fpc") ?? 0, fprs: cpu.elements("fprs").map((one) => wide(one.big("ui") ?? 0n)) },
    },
  };
}

/** Length of the instruction that makes a system call. */
const SVC_BYTES = 2;

/** The registers of a task that has none any more. */
export function deadS390Thread(): ThreadInfo {
  const zeros = new Array<bigint>(REGISTERS).fill(0n);
  return {
    tiS390: {
      clearTidAddr: 0n,
      gpregs: { pswMask: 0n, pswAddr: 0n, gprs: zeros, acrs: zeros.map(Number), origGpr2: 0n, systemCall: 0 },
      fpregs: { fpc: 0, fprs: zeros },
    },
  };
}
