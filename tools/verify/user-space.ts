/** Where programs can be: user space, and the page above it that the kernel lends them. */
import type { ImageFormat } from "../image/index.js";

/** First address behind user space. Unknown where the schema has no limit: then every address may be one. */
export function endOfUserSpace({ abi }: ImageFormat): bigint {
  return BigInt(abi.constant("TASK_SIZE") ?? -1n);
}

/** Whether a program can have the address, or the end of something that lies before it. */
export function isUserAddress(format: ImageFormat, address: bigint): boolean {
  const end = endOfUserSpace(format);
  return end < 0n || address <= end || isInGateArea(format, address);
}

/** The vsyscall page of x86_64, the vdso at its old place on x86_32, the vectors page on ARM. */
export function isInGateArea(format: ImageFormat, address: bigint): boolean {
  const start = format.abi.constant("GATE_AREA_START");
  return start !== undefined && address >= BigInt(start) && address <= BigInt(start) + BigInt(format.pageSize);
}
