/** Registers of a thread by architecture. */
import { armRegisters } from "./arm.js";
import { powerpcRegisters } from "./powerpc.js";
import { s390Registers } from "./s390.js";
import type { RegisterSource, ThreadRegisters } from "./thread-registers.js";
import { x86Registers } from "./x86.js";

export function threadRegisters(source: RegisterSource): ThreadRegisters {
  switch (source.image.format.abi.target.family) {
    case "x86":
      return x86Registers(source);
    case "s390":
      return s390Registers(source);
    case "powerpc":
      return powerpcRegisters(source);
    default:
      return armRegisters(source);
  }
}
