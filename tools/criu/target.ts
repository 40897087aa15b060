/** The architectures that CRIU has, by those of images. */
import { core_entry_march } from "../../generated/criu/core_pb.js";
import type { Program } from "../model/program.js";

/** How memory and signals of programs look to CRIU on an architecture. */
export interface Target {
  /** CRIU's number of the architecture of the restoring machine. */
  readonly march: core_entry_march;
  /** Name of that architecture, as `uname -m` prints it. */
  readonly machine: string;
  /** Width of its kernel in bits. */
  readonly bits: 32 | 64;
  readonly littleEndian: boolean;
}

const TARGETS: Readonly<Record<string, Target>> = {
  x86_32: { march: core_entry_march.X86_64, machine: "x86_64", bits: 64, littleEndian: true },
  x86_64: { march: core_entry_march.X86_64, machine: "x86_64", bits: 64, littleEndian: true },
  s390x: { march: core_entry_march.S390, machine: "s390x", bits: 64, littleEndian: false },
  arm: { march: core_entry_march.ARM, machine: "armv7l", bits: 32, littleEndian: true },
};

/** Why there is no restoring machine for the other architectures. */
const WHY_NONE: Readonly<Record<string, string>> = {
  s390: "CRIU restores no 31-bit programs of s390",
  powerpc: "CRIU knows PowerPC only with 64 bits and little-endian",
  powerpc64: "CRIU knows PowerPC only little-endian, and images of this architecture are big-endian",
};

/**
 * The restoring machine of a program.
 *
 * @returns the target, or why there is none
 */
export function targetOf({ arch }: Program): Target | string {
  return TARGETS[arch] ?? WHY_NONE[arch] ?? `CRIU does not know the architecture ${arch}`;
}
