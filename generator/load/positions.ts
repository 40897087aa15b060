/** The lines of a text: where an offset stands, and what to show of the line. */
import { lastAtMost } from "../last-at-most.js";

/** Characters of a line. A longer one keeps the file out of the schema, and is shown up to here. */
export const LONGEST_LINE = 1000;

/** What a person needs to find an offset. */
export interface LinePlace {
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** The line without its end; of a very long one the beginning. */
  readonly source: string;
}

export class TextLines {
  private readonly starts: number[] = [0];

  constructor(private readonly text: string) {
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.starts.push(at + 1);
  }

  /** From 1. */
  lineAt(offset: number): number {
    return lastAtMost(this.starts, offset) + 1;
  }

  place(offset: number): LinePlace {
    const line = this.lineAt(offset);
    const start = this.starts[line - 1] as number;
    const end = this.starts[line] ?? this.text.length + 1;
    const source = this.text.slice(start, Math.min(end - 1, start + LONGEST_LINE)).replace(/\r$/, "");
    return { line, column: offset - start + 1, source };
  }
}
