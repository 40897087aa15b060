/** Addresses that programs can use: user space, and the page above it that the kernel provides. */
import type { ImageFormat } from "../image/abi/format.js";

interface UserSpace {
  /** First address after user space. */
  readonly end: bigint;
  /** Whether a program can have a byte at the address. */
  has(address: bigint): boolean;
  /** Whether a range of a program can end before the address, such as a mapping, or a stack that grows downwards from it. */
  hasEnd(address: bigint): boolean;
  /** Whether the address is in the vsyscall page of x86_64, the vdso at its old place on x86_32, or the vectors page of ARM. */
  isGate(address: bigint): boolean;
}

export function userSpaceOf({ abi, pageSize }: ImageFormat): UserSpace {
  // Without a limit in the schema every address is allowed.
  const end = BigInt(abi.constant("TASK_SIZE") ?? 2n ** 64n);
  const gate = abi.constant("GATE_AREA_START");
  const first = gate === undefined ? undefined : BigInt(gate);
  const isGate = (address: bigint) => first !== undefined && address >= first && address < first + BigInt(pageSize);
  const has = (address: bigint) => address < end || isGate(address);
  return { end, has, hasEnd: (address) => has(address) || has(address - 1n), isGate };
}
