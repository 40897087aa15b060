/** Compiles the statement of a contender into a loop over many records. */
import type { Work } from "./contender.js";

export interface Loop {
  /** Processes the records from `first` up to but not including `end`. */
  run(first: number, end: number): void;
  /** The last sixteen results, record `i` at `i & 15`. */
  readonly sink: readonly unknown[];
}

/**
 * Compiles what a contender does with one record into a loop over records of `size` bytes.
 *
 * @param name must differ between loops: engines share what they learn about functions with the same text
 */
export function compile(name: string, { statement, bindings }: Work, size: number): Loop {
  const sink = new Array<unknown>(16).fill(undefined);
  const make = new Function(
    "sink",
    ...Object.keys(bindings),
    `// ${name}
    return (first, end) => {
      for (let i = first; i < end; i++) {
        const at = i * ${size};
        ${statement}
      }
    };`,
  );
  return { run: make(sink, ...Object.values(bindings)), sink };
}
