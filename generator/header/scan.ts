/**
 * Step 1 of reading headers: the text of a header after the first phases of C: lines that end in a backslash are joined, and comments replaced by spaces. Each character
 * is mapped to its place in the file.
 *
 * Text that no compiler accepts or that would take unbounded time is rejected here: binary data, comments without an end, brackets nested too deeply.
 */
import { lastAtMost } from "../last-at-most.js";
import { TextLines } from "../load/positions.js";
import { BrokenHeader } from "./broken.js";
import type { SourcePlace } from "./model.js";

/** Most characters of a header; the real ones have 30 KiB. */
export const MAX_HEADER_LENGTH = 2 << 20;
/** Deepest nesting of brackets; the real headers have six. */
const MAX_BRACKET_DEPTH = 64;

export class HeaderText {
  /** Text without comments, with one line for each logical line of C. Line ends are `\n`. */
  readonly clean: string;
  private readonly lines: TextLines;
  private readonly joined: Rewritten;
  private readonly bare: Rewritten;

  constructor(
    readonly file: string,
    readonly text: string,
  ) {
    this.lines = new TextLines(text);
    this.refuseBinary();
    this.joined = joinLines(text);
    this.bare = this.withoutComments(this.joined.text);
    this.clean = this.bare.text;
  }

  /**
   * The place of a character in the file.
   *
   * @param offset in `clean`
   */
  place(offset: number): SourcePlace {
    return this.placeInFile(this.joined.origin(this.bare.origin(offset)));
  }

  private placeInFile(offset: number): SourcePlace {
    const { source, ...place } = this.lines.place(offset);
    return { file: this.file, ...place, source: printable(source) };
  }

  private refuseBinary(): void {
    const { text } = this;
    if (text.length > MAX_HEADER_LENGTH)
      throw new BrokenHeader(
        this.placeInFile(0),
        "too-long",
        `the file has ${text.length} characters, which is too long for a header`,
      );
    const control = /[\0-\x08\x0e-\x1f\x7f]/.exec(text);
    if (control)
      throw new BrokenHeader(
        this.placeInFile(control.index),
        "binary",
        `character ${control[0].charCodeAt(0)} does not belong in a text: this is not a header`,
      );
  }

  private withoutComments(text: string): Rewritten {
    const bare = new Rewritten();
    const open: number[] = [];
    let from = 0;
    // Finds the next characters with a meaning and skips the rest. After a comment the search starts again.
    const marks = new RegExp(MARKS);
    for (let match = marks.exec(text); match; match = marks.exec(text)) {
      const [token] = match;
      const at = match.index;
      const place = () => this.placeInFile(this.joined.origin(at));
      if (token === "/*" || token === "//") {
        const end = token === "/*" ? text.indexOf("*/", at + 2) : lineEnd(text, at);
        if (end < 0) throw new BrokenHeader(place(), "unterminated", "the comment has no end", "close it with `*/`");
        bare.add(text.slice(from, at), from);
        bare.add(" ", at);
        from = token === "/*" ? end + 2 : end;
        marks.lastIndex = from;
      } else if (token === "{" || token === "(" || token === "[") {
        open.push(at);
        if (open.length > MAX_BRACKET_DEPTH)
          throw new BrokenHeader(place(), "too-deep", `more than ${MAX_BRACKET_DEPTH} brackets are open at a time`);
      } else if (token === "}" || token === ")" || token === "]") open.pop();
    }
    bare.add(text.slice(from), from);
    return bare;
  }
}

/**
 * Comments, brackets, and string and character literals on one line, in which the others have no meaning. An unterminated literal extends to the end
 * of its line, as in compilers.
 */
const MARKS = /\/\*|\/\/|[{}()[\]]|"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*'|["'][^\n]*/g;

/** Phase 2 of C's translation: joins lines at a backslash. CR LF becomes `\n`; a lone CR and a byte order mark become a space. */
function joinLines(text: string): Rewritten {
  const joined = new Rewritten();
  let from = 0;
  for (const { 0: end, index } of text.matchAll(/^\ufeff|\\[ \t]*\r?\n|\r\n?/g)) {
    joined.add(text.slice(from, index), from);
    if (end === "\ufeff") joined.add(" ", index);
    else if (end === "\r\n") joined.add("\n", index + 1);
    else if (end === "\r") joined.add(" ", index);
    from = index + end.length;
  }
  joined.add(text.slice(from), from);
  return joined;
}

/** A text assembled from pieces of another one, with a mapping of offsets. */
class Rewritten {
  text = "";
  /** Offset of each piece in this text; `origins` has those in the other text. */
  private readonly starts: number[] = [];
  private readonly origins: number[] = [];

  add(piece: string, origin: number): void {
    if (piece === "") return;
    this.starts.push(this.text.length);
    this.origins.push(origin);
    this.text += piece;
  }

  origin(offset: number): number {
    const piece = lastAtMost(this.starts, offset);
    return (this.origins[piece] ?? 0) + offset - (this.starts[piece] ?? 0);
  }
}

export function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

/** Replaces control characters, which must not reach a terminal. */
function printable(line: string): string {
  return line.replace(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, "\ufffd");
}
