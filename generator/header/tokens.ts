/** The tokens of C, each with its place in a header. */
import { BrokenHeader } from "./broken.js";
import type { SourcePlace } from "./model.js";
import type { HeaderText } from "./scan.js";

export interface CToken {
  /** Kind of token; `other` for characters that are in no token of C. */
  readonly kind: "name" | "number" | "character" | "string" | "mark" | "other";
  readonly text: string;
  readonly header: HeaderText;
  /** Offsets in the clean text of the header; for a token from a macro, those of its use. */
  readonly start: number;
  readonly end: number;
  /** Set for a token from a macro. */
  readonly expanded?: true;
  /** Macros that the token comes from, which are not expanded in it again. */
  readonly hidden?: Hidden;
}

/** A linked list of macro names, the innermost first. */
export interface Hidden {
  readonly name: string;
  /** Length of the list. */
  readonly count: number;
  readonly outer?: Hidden;
}

const KINDS = ["name", "number", "string", "character", "mark", "other"] as const;

/** A group per kind, in the order of {@link KINDS}. */
const TOKEN =
  /((?:[\p{L}_$]|\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8})(?:[\p{L}\p{N}_$]|\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8})*)|(\.?[0-9](?:[eEpP][+-]|[\w.])*)|("(?:[^"\\\n]|\\[^\n])*")|('(?:[^'\\\n]|\\[^\n])*')|(\.\.\.|%:%:|<<=?|>>=?|<[:%]|[:%]>|%:|->|\+\+|--|&&|\|\||##|[-+*/%&|^=!<>]=|[-+*/%&|^=!<>~?:;,.(){}[\]#])|(["'][^\n]*|[^\s\w])/gu;

/** Alternative spellings of punctuators. */
const DIGRAPHS: Readonly<Record<string, string>> = {
  "<:": "[",
  ":>": "]",
  "<%": "{",
  "%>": "}",
  "%:": "#",
  "%:%:": "##",
};

/** Most characters of a name or a number; C guarantees that 63 are significant. */
const MAX_WORD_LENGTH = 255;

/** Most characters that are quoted from a header. */
const MAX_SOURCE_LENGTH = 1000;

/**
 * The tokens of a part of a header's clean text.
 *
 * @throws {BrokenHeader} at a word that is longer than any in a header
 */
export function tokensIn(header: HeaderText, from: number, to: number): CToken[] {
  const tokens: CToken[] = [];
  for (const match of header.clean.slice(from, to).matchAll(TOKEN)) {
    const { 0: written, index } = match;
    const kind = kindIn(match);
    const text = kind === "mark" ? (DIGRAPHS[written] ?? written) : kind === "name" ? unescaped(written) : written;
    const token: CToken = { kind, text, header, start: from + index, end: from + index + written.length };
    refuseLong(token);
    tokens.push(token);
  }
  return tokens;
}

/** The kind of a text that is one token; else undefined. */
export function kindOf(text: string): CToken["kind"] | undefined {
  const [match, ...more] = text.matchAll(TOKEN);
  const kind = match && match[0] === text && more.length === 0 ? kindIn(match) : undefined;
  return kind === "other" ? undefined : kind;
}

function kindIn(match: RegExpMatchArray): CToken["kind"] {
  return KINDS[match.findIndex((text, group) => group > 0 && text !== undefined) - 1] ?? "other";
}

/** Replaces universal character names: `\u00f6` in a name equals the character. */
function unescaped(name: string): string {
  return name.replace(/\\(?:u(.{4})|U(.{8}))/g, (written, short?: string, long?: string) => {
    const code = Number.parseInt(short ?? long ?? "", 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : written;
  });
}

/**
 * Checks the length of a token. Strings may have any length.
 *
 * @throws {BrokenHeader} when it is too long
 */
export function refuseLong(token: CToken): void {
  const { kind, text } = token;
  if (text.length > MAX_WORD_LENGTH && (kind === "name" || kind === "number"))
    throw new BrokenHeader(
      placeOf(token),
      "too-long",
      `a ${kind} of ${text.length} characters, more than ${MAX_WORD_LENGTH}: \`${shortened(text)}\``,
    );
}

export function placeOf({ header, start }: CToken): SourcePlace {
  return header.place(start);
}

/** Source text from the first to the last token, with normalised white space; undefined where a macro hides it, or when it is very long. */
export function sourceText(tokens: readonly CToken[]): string | undefined {
  const first = tokens[0];
  const last = tokens.at(-1);
  if (!first || !last || first.header !== last.header || last.end < first.start) return undefined;
  if (last.end - first.start > MAX_SOURCE_LENGTH) return undefined;
  return first.header.clean.slice(first.start, last.end).replace(/\s+/g, " ");
}

/** A position in a list of tokens. */
export class Cursor {
  at = 0;

  constructor(readonly tokens: readonly CToken[]) {}

  get token(): CToken | undefined {
    return this.tokens[this.at];
  }

  get text(): string | undefined {
    return this.tokens[this.at]?.text;
  }

  ahead(count: number): CToken | undefined {
    return this.tokens[this.at + count];
  }

  take(text: string): boolean {
    if (this.text !== text) return false;
    this.at++;
    return true;
  }

  /** Returns the token at the cursor and advances; undefined at the end. */
  next(): CToken | undefined {
    const { token } = this;
    if (token) this.at++;
    return token;
  }

  /** Advances past the bracket that closes the one at the cursor. */
  skipBrackets(): void {
    const open: CToken[] = [];
    do {
      const token = this.next();
      if (!token) throw this.unclosed(open);
      if (token.kind !== "mark") continue;
      if (CLOSING[token.text] !== undefined) open.push(token);
      else if (Object.values(CLOSING).includes(token.text)) {
        const opening = open.pop();
        if (opening && CLOSING[opening.text] !== token.text)
          throw this.unexpected(this.at - 1, `\`${CLOSING[opening.text]}\``);
      }
    } while (open.length > 0);
  }

  expect(text: string): void {
    if (!this.take(text)) throw this.unexpected(this.at, `\`${text}\``);
  }

  /** The error for an unexpected token at an index. */
  unexpected(index: number, wanted: string): BrokenHeader {
    const token = this.tokens[index];
    const before = this.tokens[index - 1];
    if (!token) return this.unclosed(openAt(this.tokens, index), before, wanted);
    if (token.kind === "other") {
      const [word = token.text] = /^[^\s\w;,(){}[\]]{1,40}/.exec(token.header.clean.slice(token.start)) ?? [];
      return new BrokenHeader(placeOf(token), "not-c", `this is not C: \`${word}\``);
    }
    // A missing token is reported at the end of the text before it.
    if (
      wanted === "`;`" &&
      before &&
      before.header === token.header &&
      token.header.clean.slice(before.end, token.start).includes("\n")
    )
      return missing(before, wanted);
    return new BrokenHeader(
      placeOf(token),
      "unexpected",
      `expected ${wanted}, found \`${shortened(token.text)}\``,
      [token, before].some((each) => each?.kind === "name" && !KEYWORDS.has(each.text))
        ? "if a word here is a macro of a header that is not read, define it: --define NAME=VALUE"
        : undefined,
    );
  }

  private unclosed(open: readonly CToken[], last = this.tokens.at(-1), wanted = "`;`"): BrokenHeader {
    const innermost = open.at(-1);
    if (innermost) return new BrokenHeader(placeOf(innermost), "not-c", `\`${innermost.text}\` is never closed`);
    return missing(last as CToken, wanted);
  }
}

function missing(before: CToken, wanted: string): BrokenHeader {
  return new BrokenHeader(before.header.place(before.end - 1), "not-c", `${wanted} is missing after this`);
}

/** Brackets that are open before an index. */
function openAt(tokens: readonly CToken[], index: number): CToken[] {
  const open: CToken[] = [];
  for (const token of tokens.slice(0, index))
    if (token.kind === "mark" && CLOSING[token.text] !== undefined) open.push(token);
    else if (token.kind === "mark" && Object.values(CLOSING).includes(token.text)) open.pop();
  return open;
}

const CLOSING: Readonly<Record<string, string | undefined>> = { "(": ")", "[": "]", "{": "}" };

/** Keywords, which are not macros. */
const KEYWORDS = new Set(
  "char const double else enum extern float if int long return short signed static struct typedef union unsigned void volatile".split(
    " ",
  ),
);

export function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 40 ? `${line.slice(0, 40)}…` : line;
}
