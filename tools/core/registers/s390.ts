/** Registers of an s390 thread. */
import { outdatedRegisters } from "../../model/outdated-registers.js";
import type { Fields } from "../../write/keyed-codec.js";
import type { RegisterSource, ThreadRegisters } from "./thread-registers.js";

export function s390Registers({ image, task, cpu, structs }: RegisterSource): ThreadRegisters {
  const { bits } = structs.program;
  const isNarrow = bits / 8 < image.format.wordSize;
  const own = (value: number | bigint) => BigInt.asUintN(bits, BigInt(value));
  const gprs = cpu.values("gprs") ?? [];
  const mask = cpu.big("psw_t_mask") ?? 0n;
  const address = cpu.big("psw_t_addr") ?? 0n;
  const call = cpu.number("svcnr") ?? 0;
  const outdated = outdatedRegisters(image, task);
  return {
    general: {
      psw: isNarrow ? narrowPsw(mask, address) : { mask: own(mask), addr: own(address) },
      gprs: gprs.map(own),
      acrs: cpu.values("acrs"),
      orig_gpr2: own(cpu.big("orig_gpr2") ?? 0n),
    },
    outdated,
    notes: [
      ...(outdated.floatingPoint
        ? []
        : [
            {
              type: "NT_PRFPREG",
              contents: structs.bytes("s390_fp_regs", {
                fpc: cpu.number("fpc"),
                fprs: cpu.elements("fprs").map((one) => one.big("ui") ?? 0n),
              }),
            },
          ]),
      { type: "NT_S390_SYSTEM_CALL", contents: structs.bytes("s390_system_call", { system_call: call }) },
    ],
  };
}

/** Bits of program status words: 31-bit addressing in the wide form, and the corresponding bits in the halves of the narrow form. */
const WIDE_BASIC_ADDRESSING = 1n << 31n;
const NARROW_BASE = 1n << 19n;
const NARROW_ADDRESSING = 1n << 31n;

/** The program status word of a 64-bit kernel in the form of a 31-bit program. */
function narrowPsw(mask: bigint, address: bigint): Fields {
  const addressing = (mask & WIDE_BASIC_ADDRESSING) === 0n ? 0n : NARROW_ADDRESSING;
  return { mask: BigInt.asUintN(32, mask >> 32n) | NARROW_BASE, addr: BigInt.asUintN(31, address) | addressing };
}
