/**
 * Step 1: the text of a header without its comments. Every character keeps its place.
 *
 * What no compiler would accept, and what would cost without bound to read further, is refused here: binary data, comments and strings
 * without an end, brackets nested too deeply.
 */
import { TextLines } from "../text-lines.js";
import { BrokenHeader } from "./broken.js";
import type { Place } from "./model.js";

/** The real headers have 30 KiB. */
export const LONGEST_HEADER = 2 << 20;
/** Deepest nesting of brackets; the real headers have six. */
const DEEPEST = 64;

export class HeaderText {
  /** Comments are blanks, line ends stay. */
  readonly clean: string;
  private readonly lines: TextLines;

  constructor(
    readonly file: string,
    readonly text: string,
  ) {
    this.lines = new TextLines(text);
    this.clean = this.withoutComments();
  }

  place(offset: number): Place {
    const { source, ...place } = this.lines.place(offset);
    return { file: this.file, ...place, source: printable(source) };
  }

  private withoutComments(): string {
    const { text } = this;
    if (text.length > LONGEST_HEADER)
      throw new BrokenHeader(
        this.place(0),
        "too-long",
        `the file has ${text.length} characters, no header is that long`,
      );
    const control = /[\0-\x08\x0e-\x1f\x7f]/.exec(text);
    if (control)
      throw new BrokenHeader(
        this.place(control.index),
        "binary",
        `character ${control[0].charCodeAt(0)} does not belong in a text: this is no header`,
      );
    let clean = "";
    let from = 0;
    const open: number[] = [];
    // Whatever has a meaning of its own; the rest is skipped at once.
    for (const match of text.matchAll(TOKENS)) {
      const [token] = match;
      const at = match.index;
      if (at < from) continue;
      if (token === "/*" || token === "//") {
        const end = token === "/*" ? text.indexOf("*/", at + 2) : endOfLine(text, at);
        if (end < 0)
          throw new BrokenHeader(this.place(at), "unterminated", "the comment has no end", "close it with `*/`");
        const after = token === "/*" ? end + 2 : end;
        clean += text.slice(from, at) + text.slice(at, after).replace(/[^\n]/g, " ");
        from = after;
      } else if (token === "{" || token === "(" || token === "[") {
        open.push(at);
        if (open.length > DEEPEST)
          throw new BrokenHeader(this.place(at), "too-deep", `more than ${DEEPEST} brackets are open at a time`);
      } else if (token === "}" || token === ")" || token === "]") open.pop();
    }
    return (clean + text.slice(from))
      .replace(/^\ufeff/, " ")
      .replace(/\\\r\n/g, " \\\n")
      .replace(/\r/g, " ");
  }
}

/** Comments, brackets, and strings and characters on one line, within which the others mean nothing. */
const TOKENS = /\/\*|\/\/|[{}()[\]]|"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'/g;

/** A backslash carries a line comment over to the next line. */
function endOfLine(text: string, from: number): number {
  for (let at = text.indexOf("\n", from); at >= 0; at = text.indexOf("\n", at + 1))
    if (!/\\\r?$/.test(text.slice(Math.max(0, at - 2), at))) return at;
  return text.length;
}

/** Characters that could steer a terminal never reach one. */
function printable(line: string): string {
  return line.replace(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, "\ufffd");
}
