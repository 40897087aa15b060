/**
 * Detects the architecture of the program that a task runs. A 64-bit kernel also runs 32-bit programs; the registers show which it is. A 64-bit
 * program may temporarily run 32-bit code, as emulators do, but then it has memory beyond 4 GiB.
 */
import type { Image } from "../image/image.js";
import { structOf } from "../image/record/struct-fields.js";
import { programWidth } from "./registers/x86.js";
import type { Task } from "./tasks.js";

export interface Program {
  /** Architecture of the program, e.g. `x86_32` for a 32-bit program on an x86_64 kernel. */
  readonly arch: string;
  readonly bits: 32 | 64;
  readonly littleEndian: boolean;
}

/** The 32-bit architectures that 64-bit kernels also run. */
const NARROW: Readonly<Record<string, string>> = { x86_64: "x86_32", s390x: "s390", powerpc64: "powerpc" };

export const END_OF_32_BITS = 1n << 32n;

/** The program whose code the task currently runs. */
export function programOfTask(image: Image, task: Task): Program {
  const { arch, bits, littleEndian } = image.format.abi.target;
  return isNarrow(image, task) ? narrowed(image) : { arch, bits, littleEndian };
}

/**
 * The program in an address space.
 *
 * @param tasks the tasks that share the address space, none of them a zombie
 * @param end address after the last mapping
 */
export function programOf(image: Image, tasks: readonly Task[], end: bigint): Program {
  const { arch, bits, littleEndian } = image.format.abi.target;
  const narrow = tasks.length > 0 && end <= END_OF_32_BITS && tasks.every((task) => isNarrow(image, task));
  return narrow ? narrowed(image) : { arch, bits, littleEndian };
}

function narrowed(image: Image): Program {
  const { arch, littleEndian } = image.format.abi.target;
  return { arch: NARROW[arch] ?? arch, bits: 32, littleEndian };
}

/** Bits that processors set while they run 64-bit code. */
const PSW_EXTENDED_ADDRESSING = 1n << 32n;
const MSR_64_BIT = 1n << 63n;

/** Whether the program is narrower than the kernel. */
function isNarrow(image: Image, task: Task): boolean {
  const { arch, family } = image.format.abi.target;
  const cpu = NARROW[arch] === undefined ? undefined : structOf(image, task.record("CPU"));
  if (!cpu) return false;
  switch (family) {
    case "x86":
      return programWidth(image, cpu) === 32;
    case "s390":
      return ((cpu.big("psw_t_mask") ?? 0n) & PSW_EXTENDED_ADDRESSING) === 0n;
    case "powerpc":
      return ((cpu.big("pt_regs.msr") ?? 0n) & MSR_64_BIT) === 0n;
    default:
      return false;
  }
}
