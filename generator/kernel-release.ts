/** Kernel releases as the schema writes them: `2.6.33`. */

/** Below zero when the first is older, above when it is newer. */
export function compareKernels(one: string, other: string): number {
  const numbers = other.split(".").map(Number);
  const differences = one.split(".").map((part, i) => Number(part) - (numbers[i] ?? 0));
  return differences.find((difference) => difference !== 0) ?? 0;
}
