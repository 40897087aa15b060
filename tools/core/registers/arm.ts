/** Registers of an ARM thread. Images contain no floating point state of it. */
import type { RegisterSource, ThreadRegisters } from "./thread-registers.js";

export function armRegisters({ cpu }: RegisterSource): ThreadRegisters {
  return { general: { uregs: cpu.values("uregs") }, notes: [] };
}
