/** Kernel releases in the notation of the schema: `2.6.33`. */

/** Compares two releases: negative when the first is older, positive when it is newer. */
export function compareKernels(one: string, other: string): number {
  const numbers = other.split(".").map(Number);
  const differences = one.split(".").map((part, i) => Number(part) - (numbers[i] ?? 0));
  return differences.find((difference) => difference !== 0) ?? 0;
}
