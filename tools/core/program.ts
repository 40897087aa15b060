/**
 * What kind of program a process is. A 64-bit kernel also runs 32-bit programs, and debuggers want their cores as a 32-bit kernel would write
 * them. The registers tell which it is. A 64-bit program may run 32-bit code for a while, as emulators do, but then it has memory beyond 4 GiB.
 */
import { widthOf } from "../inspect/registers/x86.js";
import { structOf } from "../model/struct-fields.js";
import type { Task } from "../model/tasks.js";
import { CoreError } from "./errors.js";
import type { CoreProcess } from "./process.js";

export interface Program {
  /** Architecture of the program, e.g. `x86_32` for a 32-bit program on an x86_64 kernel. */
  readonly arch: string;
  readonly bits: 32 | 64;
  readonly littleEndian: boolean;
}

/** The 32-bit architectures of 64-bit kernels. */
const NARROW: Readonly<Record<string, string>> = { x86_64: "x86_32", s390x: "s390", powerpc64: "powerpc" };

const END_OF_32_BITS = 1n << 32n;

/** @throws {CoreError} when a mapping lies beyond the addresses of the program */
export function programOf(process: CoreProcess): Program {
  const { arch, bits, littleEndian } = process.image.format.abi.target;
  const end = process.memory.stretches.at(-1)?.end ?? 0n;
  const narrow = NARROW[arch];
  if (narrow !== undefined && end <= END_OF_32_BITS && process.threads.every((task) => isNarrow(process, task)))
    return { arch: narrow, bits: 32, littleEndian };
  if (bits === 32 && end > END_OF_32_BITS)
    throw new CoreError("bad-mapping", `a mapping ends at 0x${end.toString(16)}, but addresses here have 32 bits`);
  return { arch, bits, littleEndian };
}

/** Bits that processors set while they run 64-bit code. */
const PSW_EXTENDED_ADDRESSING = 1n << 32n;
const MSR_64_BIT = 1n << 63n;

function isNarrow({ image }: CoreProcess, task: Task): boolean {
  const cpu = structOf(image, task.record("CPU"));
  if (!cpu) return false;
  switch (image.format.abi.target.family) {
    case "x86":
      return widthOf(image, cpu) === 32;
    case "s390":
      return ((cpu.big("psw_t_mask") ?? 0n) & PSW_EXTENDED_ADDRESSING) === 0n;
    case "powerpc":
      return ((cpu.big("pt_regs.msr") ?? 0n) & MSR_64_BIT) === 0n;
    default:
      return false;
  }
}
