/** Result of a bench. */

/** A promise about speed: a ratio that does not exceed a limit. */
export interface Bound {
  /** Name of the comparison. */
  readonly name: string;
  readonly ratio: number;
  readonly limit: number;
}

export interface Outcome {
  readonly bounds: readonly Bound[];
  /** All measured numbers, for `--json`. */
  readonly numbers: Readonly<Record<string, unknown>>;
}

export function held({ ratio, limit }: Bound): boolean {
  return ratio <= limit;
}

/** One line per bound. */
export function printBounds(bounds: readonly Bound[], print: (line: string) => void): void {
  const width = Math.max(...bounds.map(({ name }) => name.length));
  for (const bound of bounds) {
    const { name, ratio, limit } = bound;
    print(`${name.padEnd(width)}  ${ratio.toFixed(2)}  bound ${limit.toFixed(2)}  ${held(bound) ? "ok" : "MISSED"}`);
  }
}
