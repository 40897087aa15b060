/** Addresses that programs can use: user space, and the page above it that the kernel provides. */
import type { ImageFormat } from "../image/abi/format.js";

interface UserSpace {
  /** First address after user space. */
  readonly end: bigint;
  /** Whether a program can have a byte at the address. */
  has(address: number | bigint): boolean;
  /** Whether a range of a program can end before the address, such as a mapping, or a stack that grows downwards from it. */
  hasEnd(address: number | bigint): boolean;
  /** Whether the address is in the vsyscall page of x86_64, the vdso at its old place on x86_32, or the vectors page of ARM. */
  isGate(address: number | bigint): boolean;
}

export function userSpaceOf({ abi, pageSize }: ImageFormat): UserSpace {
  // Without a limit in the schema every address is allowed.
  const end = BigInt(abi.constant("TASK_SIZE") ?? 2n ** 64n);
  const gate = abi.constant("GATE_AREA_START");
  // Both are multiples of the page size, and exact as numbers, to which numbers and bigints are compared fastest.
  const limit = Number(end);
  const first = gate === undefined ? undefined : Number(gate);
  const isGate = (address: number | bigint) => first !== undefined && address >= first && address < first + pageSize;
  const has = (address: number | bigint) => address < limit || isGate(address);
  const before = (address: number | bigint) => (typeof address === "number" ? address - 1 : address - 1n);
  return { end, has, hasEnd: (address) => has(address) || has(before(address)), isGate };
}
