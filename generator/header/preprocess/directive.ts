/** Directives: lines that begin with `#`. */
import { BrokenHeader } from "../broken.js";
import { type HeaderText, lineEnd } from "../scan.js";
import { type CToken, tokensIn } from "../tokens.js";

/** Positions are offsets in the header's clean text. */
export interface Directive {
  readonly header: HeaderText;
  /** The word after `#`; empty for a lone `#`. */
  readonly name: string;
  /** Offset of the `#`. */
  readonly at: number;
  /** Offset of the end of the name. */
  readonly restAt: number;
  readonly end: number;
}

/** The directive in the line that begins at an offset; undefined for a line of code. */
export function directiveAt(header: HeaderText, start: number): Directive | undefined {
  const end = lineEnd(header.clean, start);
  const found = /^([ \t\f\v]*)(?:#|%:)[ \t]*([A-Za-z_]*)/.exec(header.clean.slice(start, end));
  if (!found) return undefined;
  const [all, before = "", name = ""] = found;
  return { header, name, at: start + before.length, restAt: start + all.length, end };
}

/** The text after the name. */
export function restOf({ header, restAt, end }: Directive): string {
  return header.clean.slice(restAt, end);
}

export function tokensOf({ header, restAt, end }: Directive): CToken[] {
  return tokensIn(header, restAt, end);
}

/**
 * The macro that a directive names. Compilers warn about further words, and continue.
 *
 * @param missing message of the error when it names none
 */
export function macroNameIn(directive: Directive, missing: string): string {
  const [name] = tokensOf(directive);
  if (name?.kind === "name") return name.text;
  throw new BrokenHeader(directive.header.place(directive.restAt), "bad-condition", missing);
}

/** An error at the `#` of a directive. */
export function brokenDirective(
  { header, at }: Directive,
  rule: string,
  message: string,
  suggestion?: string,
): BrokenHeader {
  return new BrokenHeader(header.place(at), rule, message, suggestion);
}
