/** What a bench promises: a ratio that does not exceed a limit. */
export interface Bound {
  /** What is compared with what. */
  readonly name: string;
  readonly ratio: number;
  readonly limit: number;
}

export function held({ ratio, limit }: Bound): boolean {
  return ratio <= limit;
}

export function printBounds(bounds: readonly Bound[], print: (line: string) => void): void {
  const width = Math.max(...bounds.map(({ name }) => name.length));
  for (const bound of bounds)
    print(
      `${bound.name.padEnd(width)}  ${bound.ratio.toFixed(2)}  bound ${bound.limit.toFixed(2)}  ${held(bound) ? "ok" : "MISSED"}`,
    );
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
