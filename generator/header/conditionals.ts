/**
 * Step 2: preprocesses the headers for one architecture: follows includes, resolves conditionals, and expands macros.
 *
 * In: the headers. Out: tokens without directives and macros, each with its place in a header.
 */
import type { Arch } from "../model.js";
import { suggest } from "../problem.js";
import { BrokenHeader, REFUSED } from "./broken.js";
import { answer, QUESTIONS } from "./compiler-features.js";
import { isOfSomeCompiler } from "./compiler-macros.js";
import { evaluateAll } from "./constant.js";
import { foreignMacros } from "./foreign-macros.js";
import { predefined } from "./machines.js";
import { argumentsOf, givenMacro, type Macro, Macros, readMacro, UnfinishedArguments } from "./macros.js";
import { NoConstant } from "./no-constant.js";
import { type HeaderText, LONGEST_HEADER, lineEnd } from "./scan.js";
import { type CToken, Cursor, placeOf, shortened, tokensIn } from "./tokens.js";

/**
 * Resolves an include: undefined for a file that is not a checkpoint header, `outside` for one that is outside the directories of the given headers.
 */
export type FollowInclude = (name: string, from: HeaderText, quoted: boolean) => HeaderText | "outside" | undefined;

/** The preprocessed headers for one architecture, before they are parsed. */
export interface TranslationUnit {
  readonly tokens: readonly CToken[];
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

/** Most characters of an `#error` message that are reported. */
const LONGEST_ERROR = 200;
const DEEPEST_CONDITION = 64;
const DEEPEST_INCLUDE = 16;
const MOST_INCLUDES = 200;
/** Most characters of all headers, counting each as often as it is included. */
const LONGEST_TEXTS = 4 * LONGEST_HEADER;
/** Most tokens of a macro that expands to a file name. */
const LONGEST_NAME = 64;
/** Most tokens of a unit, 40 times as many as real ones have; repeated includes could make it grow without bound. */
const LONGEST_UNIT = 1 << 20;
/** Most attempts to find the end of the same arguments. */
const MOST_ATTEMPTS = 100;

/** A line that begins with `#`; positions are offsets in the header's clean text. */
interface Directive {
  readonly name: string;
  readonly at: number;
  /** Offset of the end of the name. */
  readonly restAt: number;
  readonly end: number;
}

export class Preprocessor {
  private readonly tokens: CToken[] = [];
  /** Code since the last directive. Arguments of a macro may span several lines. */
  private waiting: CToken[] = [];
  /** Set when `waiting` ends within arguments: the name that leads to the macro, and the number of parentheses open after it. */
  private unfinished: { readonly use: CToken; open: number; counted: number; attempts: number } | undefined;
  private readonly macros = new Macros();
  /** Names that are explicitly undefined. */
  private readonly undefined = new Set<string>();
  /** Files that are read only once. */
  private readonly once = new Set<string>();
  private counter = 0;
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
    for (const macro of builtIn(arch)) this.macros.set(macro.name, macro);
    for (const [name, compute] of this.computed())
      this.macros.set(name, { name, body: [], group: "", compute: (use) => ({ kind: "number", text: compute(use) }) });
    for (const [name, body] of defines) {
      const macro = body === undefined ? undefined : givenMacro(name, body, `--define ${name}`);
      if (macro) this.macros.set(macro.name, macro);
      else this.undefine(name);
    }
  }

  private *computed(): Generator<[name: string, compute: (use: CToken) => string]> {
    yield ["__LINE__", (use) => String(placeOf(use).line)];
    yield ["__COUNTER__", () => String(this.counter++)];
    yield ["__INCLUDE_LEVEL__", () => String(this.stack.length - 1)];
  }

  /** Reads a header unless it was already included. */
  add(header: HeaderText): void {
    if (!this.files.has(header.file)) this.read(header);
  }

  finish(): TranslationUnit {
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
      const directive = /^([ \t\f\v]*)(?:#|%:)[ \t]*([A-Za-z_]*)/.exec(clean.slice(start, end));
      if (directive) {
        const [all, before = "", name = ""] = directive;
        this.emit();
        const line = { name, at: start + before.length, restAt: start + all.length, end };
        this.directive(header, line, conditions);
      } else if (conditions.at(-1)?.active ?? true)
        for (const token of tokensIn(header, start, end)) this.waiting.push(token);
      start = end + 1;
    }
    this.emit(true);
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

  private directive(header: HeaderText, { name, at, restAt, end }: Directive, conditions: Condition[]): void {
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
          (name === "if"
            ? this.holds(header, restAt, end)
            : this.isDefined(header, restAt, end) === (name === "ifdef"));
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
              : this.isDefined(header, restAt, end) === (name === "elifdef")));
        innermost.taken ||= innermost.active;
        return;
      }
    }
    if (!active) return;
    switch (name) {
      case "define":
        this.define(header, at, restAt, end);
        return;
      case "undef": {
        const macro = this.named(header, restAt, end, "`#undef` names no macro");
        this.refuseWithinItself(macro, header, at);
        this.undefine(macro);
        return;
      }
      case "include":
      case "import":
        if (this.unfinished) throw broken("unsupported", `\`#${name}\` within the arguments of a macro`);
        this.include(header, rest, at, name === "import");
        return;
      case "include_next":
        this.leadsOut(rest.trim().replace(/^[<"]|[>"].*$/g, ""));
        return;
      case "error":
        throw new BrokenHeader(
          header.place(at),
          REFUSED,
          `the headers refuse ${this.arch.id}: ${rest.trim().slice(0, LONGEST_ERROR) || "#error"}`,
        );
      case "pragma":
        if (/^\s*once\b/.test(rest)) this.once.add(header.file);
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
    // Defines separated only by white space form a group.
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
    const ends = [macro.body[0], macro.body.at(-1)].find((token) => token?.text === "##");
    if (ends)
      throw new BrokenHeader(
        placeOf(ends),
        "bad-define",
        `\`##\` in \`${macro.name}\` has nothing to join on one side`,
      );
    this.refuseWithinItself(macro.name, header, at);
    this.macros.set(macro.name, macro);
  }

  private undefine(name: string): void {
    this.macros.delete(name);
    this.undefined.add(name);
  }

  /** A macro must not be redefined while its arguments are incomplete: its definition is that at their beginning. */
  private refuseWithinItself(name: string, header: HeaderText, at: number): void {
    if (this.unfinished?.use.text === name)
      throw new BrokenHeader(header.place(at), "unsupported", `\`${name}\` changes within its own arguments`);
  }

  /** Registers the include of a header that is not read. */
  private leadsOut(name: string): void {
    this.foreign.add(name);
    for (const [head, body] of foreignMacros(name, this.arch)) {
      const macro = givenMacro(head, body, name);
      if (macro && !this.macros.has(macro.name)) this.macros.set(macro.name, macro);
    }
  }

  private include(header: HeaderText, rest: string, at: number, once: boolean): void {
    // Compilers warn about text after the name, and continue.
    const [, angle, quoted] = /^\s*(?:<([^>\n]+)>|"([^"\n]+)")/.exec(this.includedBy(rest)) ?? [];
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
      this.leadsOut(name);
      return;
    }
    if (target === "outside")
      throw new BrokenHeader(
        header.place(at),
        "bad-include",
        `\`${shortened(name)}\` leads out of the directory of the headers`,
        "name the directory that has all of them",
      );
    if (once) this.once.add(target.file);
    if (this.once.has(target.file) && this.files.has(target.file)) return;
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

  /** The file name may come from a macro. */
  private includedBy(rest: string): string {
    const [, name] = /^\s*([A-Za-z_]\w*)\s*$/.exec(rest) ?? [];
    const body = name === undefined ? undefined : this.macros.get(name)?.body;
    return body && body.length <= LONGEST_NAME ? body.map(({ text }) => text).join("") : rest;
  }

  private isDefined(header: HeaderText, restAt: number, end: number): boolean {
    return this.isMacro(this.named(header, restAt, end, "the conditional names no macro"));
  }

  private isMacro(name: string): boolean {
    return this.macros.has(name) || (QUESTIONS.has(name) && !this.undefined.has(name));
  }

  /** The name after a directive. Compilers warn about further words, and continue. */
  private named(header: HeaderText, restAt: number, end: number, otherwise: string): string {
    const [name] = tokensIn(header, restAt, end);
    if (name?.kind !== "name") throw new BrokenHeader(header.place(restAt), "bad-condition", otherwise);
    return name.text;
  }

  private holds(header: HeaderText, restAt: number, end: number): boolean {
    const tokens = tokensIn(header, restAt, end);
    const broken = (message: string, token?: CToken) =>
      new BrokenHeader(
        token ? placeOf(token) : header.place(restAt),
        "bad-condition",
        `cannot decide the conditional: ${message}`,
        "mend it, or say what its macros are: --define NAME=VALUE, --undefine NAME",
      );
    if (tokens.length === 0) throw broken("it has no expression");
    try {
      const expression = this.macros.expandCondition(tokens, (word, rest) => this.answered(word, rest, header));
      return (
        evaluateAll(new Cursor(expression), {
          number: (name, token) => this.unknown(name, token),
          int: 64,
          long: 64,
        }) !== 0n
      );
    } catch (error) {
      if (!(error instanceof NoConstant)) throw error;
      throw broken(error.message, error.token);
    }
  }

  /**
   * The value of an undefined name in a conditional. C defines it as 0, but only if nothing defines the name: the compiler, the C library or a header
   * that is not read may define it, and then the value is unknown.
   *
   * @throws {NoConstant} when the value is unknown
   */
  private unknown(name: string, token: CToken): bigint {
    if (name === "defined") throw new NoConstant("`defined` asks for no name", token);
    if (/^CONFIG_\w+$/.test(name) || this.undefined.has(name) || isOfSomeCompiler(name)) return 0n;
    if (/^__|^_[A-Z]|\(/.test(name) || this.foreign.size > 0)
      throw new NoConstant(
        /\(/.test(name) ? `\`${name}\` is not known` : `\`${name}\` is defined in no header that is read`,
        token,
      );
    return 0n;
  }

  /** Evaluates `defined X` and similar operators; undefined if the word is none of them. */
  private answered(word: CToken, rest: CToken[], header: HeaderText): CToken | undefined {
    const bracket = rest.at(-1)?.text === "(";
    if (word.text === "defined" || (bracket && /^IS_(?:ENABLED|BUILTIN)$/.test(word.text))) {
      const asked = rest.at(bracket ? -2 : -1);
      if (asked?.kind !== "name" || (bracket && rest.at(-3)?.text !== ")")) return undefined;
      rest.length -= bracket ? 3 : 1;
      return { ...word, kind: "number", text: this.isMacro(asked.text) ? "1" : "0" };
    }
    if (!bracket || !QUESTIONS.has(word.text) || !this.isMacro(word.text) || this.macros.has(word.text))
      return undefined;
    const found = argumentsOf(rest);
    if (!found) throw new NoConstant(`the brackets of \`${word.text}\` have no end`, word);
    const asked = found.args.flat();
    const written = textOf(asked);
    // The name of a file is not expanded, even if a part of it is a macro, such as `linux`.
    const about =
      word.text.startsWith("__has_include") && FILE.test(written) ? written : textOf(this.macros.expand(asked));
    const [, angle, quoted] = FILE.exec(about) ?? [];
    const file = angle ?? quoted;
    const isThere = file !== undefined && this.follow(file, header, quoted !== undefined) !== undefined;
    const number = isThere ? "1" : answer(word.text, about, this.arch);
    // An unknown result is allowed in a part of the conditional that is not evaluated.
    return number === undefined
      ? { ...word, text: `${word.text}(${written})` }
      : { ...word, kind: "number", text: number };
  }

  /** Emits the waiting code with its macros expanded. Arguments of a macro may contain directives, but may not extend beyond the end of a file. */
  private emit(atEnd = false): void {
    const { waiting } = this;
    const [first] = waiting;
    if (!first || (!atEnd && this.isOpen())) return;
    this.waiting = [];
    let tokens: CToken[];
    try {
      tokens = this.macros.expand(waiting);
      this.unfinished = undefined;
    } catch (error) {
      if (error instanceof NoConstant) throw new BrokenHeader(placeOf(error.token ?? first), "too-long", error.message);
      if (!(error instanceof UnfinishedArguments) || atEnd) throw error;
      tokens = this.untilArguments(waiting, error);
    }
    if (this.tokens.length + tokens.length > LONGEST_UNIT)
      throw new BrokenHeader(placeOf(first), "too-long", "the headers with their includes are too long");
    for (const token of tokens) this.tokens.push(token);
  }

  /** Defers the macro with incomplete arguments, and all tokens after it. */
  private untilArguments(waiting: readonly CToken[], error: UnfinishedArguments): CToken[] {
    const { use } = error;
    const attempts = this.unfinished?.use === use ? this.unfinished.attempts + 1 : 1;
    if (attempts > MOST_ATTEMPTS) throw error;
    const index = waiting.indexOf(use);
    this.waiting = waiting.slice(index);
    this.unfinished = { use, open: 0, counted: 0, attempts };
    return this.macros.expand(waiting.slice(0, index));
  }

  /** Whether parentheses are still open after the macro with incomplete arguments. */
  private isOpen(): boolean {
    const { unfinished, waiting } = this;
    if (!unfinished) return false;
    for (; unfinished.counted < waiting.length; unfinished.counted++) {
      const { kind, text } = waiting[unfinished.counted] as CToken;
      if (kind === "mark" && text === "(") unfinished.open++;
      else if (kind === "mark" && text === ")") unfinished.open--;
    }
    return unfinished.open > 0;
  }
}

/** Predefined macros by architecture, because every run begins with the same. */
/** The file name of an include. */
const FILE = /^(?:<(.+)>|"(.+)")$/;

function textOf(tokens: readonly CToken[]): string {
  return tokens.map(({ text }) => text).join("");
}

const BUILT_IN = new WeakMap<Arch, readonly Macro[]>();

function builtIn(arch: Arch): readonly Macro[] {
  const known =
    BUILT_IN.get(arch) ??
    [...predefined(arch)].flatMap(([head, body]) => givenMacro(head, body, `macro ${head}`) ?? []);
  BUILT_IN.set(arch, known);
  return known;
}

/**
 * Throws for pragmas that change layouts.
 *
 * @param refuse creates the error
 */
export function refusePragma(text: string, refuse: (message: string, suggestion?: string) => Error): void {
  const [, name = "", rest = ""] = /^\s*(?:GCC\s+|clang\s+)?(\w+)(.*)/s.exec(text) ?? [];
  // Without an effective `pack` there is nothing to save or restore.
  if (name === "pack" && !/^\s*\(\s*(?:push|pop|0)?\s*\)/.test(rest))
    throw refuse("`#pragma pack` changes layouts", "write `__attribute__((packed))` at the struct");
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
