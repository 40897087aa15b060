/** Kernel versions as in headers of images. */

import type { KernelVersion } from "../image/abi/kernel-sizes.js";

/**
 * Parses a kernel version.
 *
 * @returns undefined for a text that is not a version of two or three numbers below 65536
 */
export function parseKernelVersion(text: string): KernelVersion | undefined {
  const match = /^(\d{1,5})\.(\d{1,5})(?:\.(\d{1,5}))?$/.exec(text);
  const numbers = match?.slice(1).map((part) => Number(part ?? 0));
  if (!numbers || numbers.some((number) => number > 0xffff)) return undefined;
  return numbers as [number, number, number];
}

/** Why a text is not a kernel version, as a sentence without a full stop. */
export function noKernelVersion(text: string): string {
  return `a kernel version is two or three numbers such as 2.6.33 or 3.2, not ${JSON.stringify(text)}`;
}
