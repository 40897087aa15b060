/** Converts offsets of a text to lines and columns, with the text of the line. */
import { lastAtMost } from "../last-at-most.js";

/** Most characters of a line. A file with a longer line is rejected; the line is shown up to this length. */
export const MAX_LINE_LENGTH = 1000;

/** Place of an offset, with the text of its line. */
export interface LinePlace {
  /** Line number, from 1. */
  readonly line: number;
  readonly column: number;
  /** The line without its end, truncated if it is very long. */
  readonly source: string;
}

export class TextLines {
  private readonly starts: number[] = [0];

  constructor(private readonly text: string) {
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.starts.push(at + 1);
  }

  /** Line number of an offset, from 1. */
  lineAt(offset: number): number {
    return lastAtMost(this.starts, offset) + 1;
  }

  place(offset: number): LinePlace {
    const line = this.lineAt(offset);
    const start = this.starts[line - 1] as number;
    const end = this.starts[line] ?? this.text.length + 1;
    const source = this.text.slice(start, Math.min(end - 1, start + MAX_LINE_LENGTH)).replace(/\r$/, "");
    return { line, column: offset - start + 1, source };
  }
}
