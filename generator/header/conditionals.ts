/**
 * Step 2: what of the headers one architecture sees. Follows includes, resolves conditionals, and puts what macros stand for in their place.
 *
 * In: the headers. Out: tokens without directives and macros, each with its place in a header.
 */
import type { Arch } from "../model.js";
import { suggest } from "../problem.js";
import { BrokenHeader, RefusedArchitecture } from "./broken.js";
import { evaluateAll, NoConstant } from "./constant.js";
import { predefined } from "./machines.js";
import { EndlessMacro, givenMacro, Macros, readMacro } from "./macros.js";
import { HeaderText, LONGEST_HEADER, lineEnd } from "./scan.js";
import { Cursor, placeOf, shortened, type Token, tokensIn } from "./tokens.js";

/**
 * Which file an include leads to; undefined when that is none of the checkpoint headers, `outside` when it lies out of the directories of
 * those that were named.
 */
export type FollowInclude = (name: string, from: HeaderText, quoted: boolean) => HeaderText | "outside" | undefined;

/** The headers as one architecture sees them, before they are parsed. */
export interface Unit {
  readonly tokens: readonly Token[];
  readonly macros: Macros;
  readonly foreign: ReadonlySet<string>;
  readonly files: ReadonlySet<string>;
}

interface Condition {
  /** Offset of the `#if`. */
  readonly at: number;
  readonly outer: boolean;
  active: boolean;
  taken: boolean;
  hasElse: boolean;
}

/** Characters of an `#error` that are told. */
const LONGEST_ERROR = 200;
const DEEPEST_CONDITION = 64;
const DEEPEST_INCLUDE = 16;
const MOST_INCLUDES = 200;
/** Characters of all headers, each as often as it is included. */
const LONGEST_TEXTS = 4 * LONGEST_HEADER;
/** Tokens of a macro that stands for the name of a file. */
const LONGEST_NAME = 64;
/** No real unit has a fortieth of these tokens; includes that repeat could make it grow without end. */
const LONGEST_UNIT = 1 << 20;

export class Preprocessor {
  private readonly tokens: Token[] = [];
  /** Code since the last directive. A macro's arguments may go over several lines. */
  private waiting: Token[] = [];
  private readonly macros = new Macros();
  private readonly foreign = new Set<string>();
  private readonly files = new Set<string>();
  private readonly stack: HeaderText[] = [];
  private includes = 0;
  private characters = 0;
  private run = 0;

  constructor(
    private readonly arch: Arch,
    private readonly follow: FollowInclude,
    defines: ReadonlyMap<string, string | undefined> = new Map(),
  ) {
    for (const [name, body] of [...predefined(arch), ...defines]) {
      const bare = name.replace(/\(.*/, "");
      const macro = body === undefined ? undefined : givenMacro(new HeaderText(`--define ${bare}`, `${name} ${body}`));
      if (macro) this.macros.set(bare, macro);
      else this.macros.delete(bare);
    }
  }

  /** Reads a header unless an include has led to it already. */
  add(header: HeaderText): void {
    if (!this.files.has(header.file)) this.read(header);
  }

  finish(): Unit {
    const { tokens, macros, foreign, files } = this;
    return { tokens, macros, foreign, files };
  }

  private read(header: HeaderText): void {
    this.files.add(header.file);
    this.stack.push(header);
    this.characters += header.text.length;
    if (this.characters > LONGEST_TEXTS)
      throw new BrokenHeader(header.place(0), "too-long", "the headers with their includes are too long");
    const conditions: Condition[] = [];
    const { clean } = header;
    for (let start = 0; start < clean.length; ) {
      const end = lineEnd(clean, start);
      const directive = /^[ \t\f\v]*#[ \t]*([A-Za-z_]*)/.exec(clean.slice(start, end));
      if (directive) {
        this.emit();
        const at = start + directive[0].indexOf("#");
        this.directive(header, directive[1] as string, at, start + directive[0].length, end, conditions);
      } else if (conditions.at(-1)?.active ?? true)
        for (const token of tokensIn(header, start, end)) this.waiting.push(token);
      start = end + 1;
    }
    this.emit();
    const open = conditions.at(-1);
    if (open)
      throw new BrokenHeader(
        header.place(open.at),
        "unterminated",
        "the conditional has no end",
        "close it with `#endif`",
      );
    this.stack.pop();
  }

  private directive(
    header: HeaderText,
    name: string,
    at: number,
    restAt: number,
    end: number,
    conditions: Condition[],
  ): void {
    const rest = header.clean.slice(restAt, end);
    const innermost = conditions.at(-1);
    const active = innermost?.active ?? true;
    const broken = (rule: string, message: string, suggestion?: string) =>
      new BrokenHeader(header.place(at), rule, message, suggestion);
    switch (name) {
      case "if":
      case "ifdef":
      case "ifndef": {
        if (conditions.length >= DEEPEST_CONDITION)
          throw broken("too-deep", `more than ${DEEPEST_CONDITION} conditionals are open at a time`);
        const holds =
          active &&
          (name === "if" ? this.holds(header, restAt, end) : this.isDefined(header, rest, at) === (name === "ifdef"));
        conditions.push({ at, outer: active, active: holds, taken: holds, hasElse: false });
        return;
      }
      case "elif":
      case "elifdef":
      case "elifndef":
      case "else":
      case "endif": {
        if (!innermost) throw broken("unmatched", `\`#${name}\` without \`#if\``);
        if (name === "endif") {
          conditions.pop();
          return;
        }
        if (innermost.hasElse) throw broken("unmatched", `\`#${name}\` after \`#else\``);
        innermost.hasElse = name === "else";
        innermost.active =
          innermost.outer &&
          !innermost.taken &&
          (name === "else" ||
            (name === "elif"
              ? this.holds(header, restAt, end)
              : this.isDefined(header, rest, at) === (name === "elifdef")));
        innermost.taken ||= innermost.active;
        return;
      }
    }
    if (!active) return;
    switch (name) {
      case "define":
        this.define(header, at, restAt, end);
        return;
      case "undef":
        this.macros.delete(rest.trim());
        return;
      case "include":
      case "import":
        this.include(header, rest, at);
        return;
      case "include_next":
        this.foreign.add(rest.trim().replace(/^[<"]|[>"]$/g, ""));
        return;
      case "error":
        throw new RefusedArchitecture(
          header.place(at),
          "refused",
          `the headers refuse ${this.arch.id}: ${rest.trim().slice(0, LONGEST_ERROR) || "#error"}`,
        );
      case "pragma":
        refusePragma(rest, (message, suggestion) => broken("unsupported", message, suggestion));
        return;
      case "":
      case "warning":
      case "line":
      case "ident":
      case "sccs":
      case "assert":
      case "unassert":
        return;
      default:
        throw broken(
          "unknown-directive",
          `unknown directive \`#${shortened(name)}\``,
          suggest(name.slice(0, LONGEST_NAME), DIRECTIVES).suggestion,
        );
    }
  }

  private define(header: HeaderText, at: number, restAt: number, end: number): void {
    const { clean } = header;
    // Defines with nothing but blanks between them belong together.
    if (!/#[^\n]*\n\s*$/.test(clean.slice(Math.max(0, at - 200), at))) this.run++;
    const tokens = tokensIn(header, restAt, end);
    const [name] = tokens;
    const macro = readMacro(tokens, `${header.file}#${this.run}`, name && placeOf(name));
    if (!macro)
      throw new BrokenHeader(
        header.place(at),
        "bad-define",
        name?.kind === "name" ? `the parameters of \`${name.text}\` are not names` : "`#define` without a name",
      );
    this.macros.set(macro.name, macro);
  }

  private include(header: HeaderText, rest: string, at: number): void {
    const [, angle, quoted] = /^\s*(?:<([^>\n]+)>|"([^"\n]+)")\s*$/.exec(this.includedBy(rest)) ?? [];
    const name = angle ?? quoted;
    if (name === undefined)
      throw new BrokenHeader(
        header.place(at),
        "bad-include",
        "`#include` without a file",
        'write `<name>` or `"name"`',
      );
    const target = this.follow(name, header, quoted !== undefined);
    if (!target) {
      this.foreign.add(name);
      return;
    }
    if (target === "outside")
      throw new BrokenHeader(
        header.place(at),
        "bad-include",
        `\`${shortened(name)}\` leads out of the directory of the headers`,
        "name the directory that has all of them",
      );
    this.includes++;
    if (this.stack.length >= DEEPEST_INCLUDE || this.includes > MOST_INCLUDES)
      throw new BrokenHeader(
        header.place(at),
        "include-loop",
        this.stack.includes(target) ? `${target.file} includes itself without end` : "includes are nested too deeply",
        "headers begin with `#ifndef NAME` and `#define NAME`",
      );
    this.read(target);
  }

  /** A macro may stand for the name of the file. */
  private includedBy(rest: string): string {
    const [, name] = /^\s*([A-Za-z_]\w*)\s*$/.exec(rest) ?? [];
    const body = name === undefined ? undefined : this.macros.get(name)?.body;
    return body && body.length <= LONGEST_NAME ? body.map(({ text }) => text).join("") : rest;
  }

  private isDefined(header: HeaderText, rest: string, at: number): boolean {
    // Compilers warn of more words, and go on.
    const [, name] = /^\s*([A-Za-z_$][\w$]*)/.exec(rest) ?? [];
    if (name === undefined) throw new BrokenHeader(header.place(at), "bad-condition", "the conditional names no macro");
    return this.macros.has(name);
  }

  private holds(header: HeaderText, restAt: number, end: number): boolean {
    const tokens = tokensIn(header, restAt, end);
    const broken = (message: string, token?: Token) =>
      new BrokenHeader(
        token ? placeOf(token) : header.place(restAt),
        "bad-condition",
        `cannot decide the conditional: ${message}`,
        "mend it, or say what its macros are: --define NAME=VALUE, --undefine NAME",
      );
    if (tokens.length === 0) throw broken("it has no expression");
    try {
      const expression = this.macros.expand(this.questions(tokens));
      // An unknown name is zero in a conditional.
      return evaluateAll(new Cursor(expression), { number: () => 0n, int: 64, long: 64 }) !== 0n;
    } catch (error) {
      if (error instanceof EndlessMacro) throw broken(error.message, error.token);
      if (!(error instanceof NoConstant)) throw error;
      throw broken(error.message, error.token);
    }
  }

  /** `defined X` and what asks alike, answered. */
  private questions(tokens: readonly Token[]): Token[] {
    const answered: Token[] = [];
    for (let at = 0; at < tokens.length; at++) {
      const token = tokens[at] as Token;
      const bracket = tokens[at + 1]?.text === "(";
      const asked = tokens[at + (bracket ? 2 : 1)];
      const own = token.text === "defined" || (bracket && /^IS_(?:ENABLED|BUILTIN)$/.test(token.text));
      const closes = !bracket || tokens[at + 3]?.text === ")";
      if (own && asked?.kind === "name" && closes) {
        answered.push({ ...token, kind: "number", text: this.macros.has(asked.text) ? "1" : "0" });
        at += bracket ? 3 : 1;
      } else if (bracket && /^__has_\w+$/.test(token.text) && !this.macros.has(token.text)) {
        // Which attributes, built-in functions and files a compiler has; headers do without them.
        const cursor = new Cursor(tokens);
        cursor.at = at + 1;
        cursor.skipBrackets();
        answered.push({ ...token, kind: "number", text: "0" });
        at = cursor.at - 1;
      } else answered.push(token);
    }
    return answered;
  }

  /** Code as it is, with what macros stand for in their place. */
  private emit(): void {
    const { waiting } = this;
    const [first] = waiting;
    if (!first) return;
    this.waiting = [];
    let tokens: Token[];
    try {
      tokens = this.macros.expand(waiting);
    } catch (error) {
      if (!(error instanceof EndlessMacro)) throw error;
      throw new BrokenHeader(placeOf(error.token), "too-long", error.message);
    }
    if (this.tokens.length + tokens.length > LONGEST_UNIT)
      throw new BrokenHeader(placeOf(first), "too-long", "the headers with their includes are too long");
    for (const token of tokens) this.tokens.push(token);
  }
}

/** Pragmas that change layouts. */
export function refusePragma(text: string, refuse: (message: string, suggestion?: string) => Error): void {
  const [, name = ""] = /^\s*(?:GCC\s+|clang\s+)?(\w+)/.exec(text) ?? [];
  if (name === "pack") throw refuse("`#pragma pack` changes layouts", "write `__attribute__((packed))` at the struct");
  if (["scalar_storage_order", "ms_struct", "align", "options", "push_macro", "pop_macro"].includes(name))
    throw refuse(`\`#pragma ${name}\` is not understood`);
}

const DIRECTIVES = [
  "define",
  "undef",
  "include",
  "include_next",
  "if",
  "ifdef",
  "ifndef",
  "elif",
  "elifdef",
  "elifndef",
  "else",
  "endif",
  "error",
  "warning",
  "pragma",
  "line",
];
