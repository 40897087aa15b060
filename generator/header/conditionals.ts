/**
 * Step 2: what of the headers one architecture sees. Follows includes, resolves conditionals, collects macros, and puts the attributes
 * and types that macros stand for in their place.
 *
 * In: the headers. Out: one C text without directives, from each character of which a map leads back to its place in a header.
 */
import type { Arch } from "../model.js";
import { suggest } from "../problem.js";
import { BrokenHeader, RefusedArchitecture } from "./broken.js";
import { evaluate, type Lookup, NoConstant } from "./constant.js";
import { predefined } from "./machines.js";
import type { Place } from "./model.js";
import type { CParser } from "./parse.js";
import type { HeaderText } from "./scan.js";

export interface Macro {
  readonly name: string;
  readonly body: string;
  /** Undefined for what compiler and configuration define. */
  readonly place?: Place;
  /** Of the file and the run of defines in it that it belongs to. */
  readonly group: string;
}

/** Which file an include leads to; undefined when it leads out of the checkpoint headers. */
export type FollowInclude = (name: string, from: HeaderText, quoted: boolean) => HeaderText | undefined;

/** The headers as one architecture sees them, before they are parsed. */
export interface Unit {
  readonly text: string;
  readonly macros: ReadonlyMap<string, Macro>;
  readonly foreign: ReadonlySet<string>;
  readonly files: ReadonlySet<string>;
  /** Where a character of the text comes from. */
  place(offset: number): Place;
}

interface Condition {
  /** Offset of the `#if`. */
  readonly at: number;
  readonly outer: boolean;
  active: boolean;
  taken: boolean;
  hasElse: boolean;
}

interface Segment {
  readonly start: number;
  readonly header: HeaderText;
  readonly offset: number;
  /** The text stands for a macro: all of it has one place. */
  readonly fixed: boolean;
}

const DEEPEST_CONDITION = 64;
const DEEPEST_MACRO = 20;
const DEEPEST_INCLUDE = 16;
const MOST_INCLUDES = 500;
/** No real unit has a fortieth of it; includes that repeat could make it grow without end. */
const LONGEST_UNIT = 4 << 20;

export class Preprocessor {
  private text = "";
  private readonly segments: Segment[] = [];
  private readonly macros = new Map<string, Macro>();
  /** Of macros, as long as none changes. */
  private readonly values = new Map<string, bigint>();
  private readonly foreign = new Set<string>();
  private readonly files = new Set<string>();
  private readonly stack: HeaderText[] = [];
  private includes = 0;
  private run = 0;

  constructor(
    private readonly parser: CParser,
    private readonly arch: Arch,
    private readonly follow: FollowInclude,
    defines: ReadonlyMap<string, string | undefined> = new Map(),
  ) {
    for (const [name, body] of [...predefined(arch), ...defines])
      if (body === undefined) this.macros.delete(name);
      else this.macros.set(name, { name, body, group: "" });
  }

  /** Reads a header unless an include has led to it already. */
  add(header: HeaderText): void {
    if (!this.files.has(header.file)) this.read(header);
  }

  finish(): Unit {
    const { text, segments, macros, foreign, files } = this;
    return { text, macros, foreign, files, place: (offset) => placeIn(segments, offset) };
  }

  private read(header: HeaderText): void {
    this.files.add(header.file);
    this.stack.push(header);
    const conditions: Condition[] = [];
    const { clean } = header;
    for (let start = 0; start < clean.length; ) {
      let end = lineEnd(clean, start);
      const directive = /^[ \t\f\v]*#[ \t]*([A-Za-z_]*)/.exec(clean.slice(start, end));
      if (directive) {
        // A directive goes on where a backslash ends its line.
        while (clean[end - 1] === "\\" && end < clean.length) end = lineEnd(clean, end + 1);
        const at = start + directive[0].indexOf("#");
        const rest = clean.slice(start + directive[0].length, end).replace(/\\\n/g, "  ");
        this.directive(header, directive[1] as string, rest, at, start + directive[0].length, conditions);
      } else if (conditions.at(-1)?.active ?? true) this.code(header, start, end);
      start = end + 1;
    }
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
    rest: string,
    at: number,
    restAt: number,
    conditions: Condition[],
  ): void {
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
          (name === "if" ? this.holds(header, rest, restAt) : this.isDefined(header, rest, at) === (name === "ifdef"));
        conditions.push({ at, outer: active, active: holds, taken: holds, hasElse: false });
        return;
      }
      case "elif":
      case "else":
      case "endif": {
        if (!innermost) throw broken("unmatched", `\`#${name}\` without \`#if\``);
        if (name === "endif") {
          conditions.pop();
          return;
        }
        if (innermost.hasElse) throw broken("unmatched", `\`#${name}\` after \`#else\``);
        innermost.hasElse = name === "else";
        innermost.active = innermost.outer && !innermost.taken && (name === "else" || this.holds(header, rest, restAt));
        innermost.taken ||= innermost.active;
        return;
      }
    }
    if (!active) return;
    switch (name) {
      case "define":
        this.define(header, rest, at, restAt);
        return;
      case "undef":
        this.macros.delete(rest.trim());
        this.values.clear();
        return;
      case "include":
        this.include(header, rest, at);
        return;
      case "error":
        throw new RefusedArchitecture(
          header.place(at),
          "refused",
          `the headers refuse ${this.arch.id}: ${rest.trim() || "#error"}`,
        );
      case "pragma":
        if (/^\s*pack\b/.test(rest))
          throw broken(
            "unsupported",
            "`#pragma pack` changes layouts",
            "write `__attribute__((packed))` at the struct",
          );
        return;
      case "":
      case "warning":
      case "line":
      case "ident":
        return;
      default:
        throw broken("unknown-directive", `unknown directive \`#${name}\``, suggest(name, DIRECTIVES).suggestion);
    }
  }

  private define(header: HeaderText, rest: string, at: number, restAt: number): void {
    const [, name, parameters, body = ""] = /^\s*([A-Za-z_]\w*)(\()?(.*)$/s.exec(rest) ?? [];
    if (name === undefined) throw new BrokenHeader(header.place(at), "bad-define", "`#define` without a name");
    const { clean } = header;
    this.values.clear();
    // Defines with nothing but blanks between them belong together.
    if (!/#[^\n]*\n\s*$/.test(clean.slice(Math.max(0, at - 200), at))) this.run++;
    // A macro with parameters has no value; it only hides one of the same name.
    if (parameters !== undefined) this.macros.delete(name);
    else
      this.macros.set(name, {
        name,
        body: body.trim(),
        place: header.place(restAt + rest.indexOf(name)),
        group: `${header.file}#${this.run}`,
      });
  }

  private include(header: HeaderText, rest: string, at: number): void {
    const [, angle, quoted] = /^\s*(?:<([^>\n]+)>|"([^"\n]+)")\s*$/.exec(rest) ?? [];
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

  private isDefined(header: HeaderText, rest: string, at: number): boolean {
    const name = rest.trim();
    if (!/^[A-Za-z_]\w*$/.test(name))
      throw new BrokenHeader(header.place(at), "bad-condition", "the conditional names no macro");
    return this.macros.has(name);
  }

  private holds(header: HeaderText, rest: string, restAt: number): boolean {
    const known = (name: string) => (this.macros.has(name) ? "1" : "0");
    const text = rest
      .replace(/\bdefined\s*(?:\(\s*([A-Za-z_]\w*)\s*\)|([A-Za-z_]\w*))/g, (whole, a, b) =>
        known(a ?? b).padEnd(whole.length),
      )
      .replace(/\bIS_(?:ENABLED|BUILTIN)\s*\(\s*([A-Za-z_]\w*)\s*\)/g, (whole, a) => known(a).padEnd(whole.length));
    const broken = (message: string, offset = 0) =>
      new BrokenHeader(
        header.place(restAt + Math.min(offset, rest.length)),
        "bad-condition",
        `cannot decide the conditional: ${message}`,
        "mend it, or say what its macros are: --define NAME=VALUE, --undefine NAME",
      );
    if (text.trim() === "") throw broken("it has no expression");
    try {
      // An unknown name is zero in a conditional.
      return valueOfText(this.parser, text, (name) => this.macroValue(name) ?? 0n) !== 0n;
    } catch (error) {
      if (!(error instanceof NoConstant)) throw error;
      throw broken(error.message, Math.max(0, (error.node?.startIndex ?? 0) - PREFIX.length));
    }
  }

  private macroValue(name: string, depth = 0): bigint | undefined {
    const known = this.values.get(name);
    if (known !== undefined) return known;
    const macro = this.macros.get(name);
    if (!macro || macro.body === name) return undefined;
    if (depth > DEEPEST_MACRO) throw new NoConstant(`the macros behind \`${name}\` come to no end`);
    const value = valueOfText(this.parser, macro.body, (inner) => this.macroValue(inner, depth + 1) ?? 0n);
    this.values.set(name, value);
    return value;
  }

  /** Code as it is, with attributes and types in the place of the macros that stand for them. */
  private code(header: HeaderText, start: number, end: number): void {
    const line = header.clean.slice(start, end).replace(/\\$/, " ");
    let from = 0;
    for (const match of line.matchAll(/[A-Za-z_]\w*/g)) {
      if (match.index < from) continue;
      const expansion = this.expansion(match[0], line.slice(match.index));
      if (!expansion) continue;
      this.emit(header, line.slice(from, match.index), start + from, false);
      this.emit(header, expansion.text, start + match.index, true);
      from = match.index + expansion.length;
    }
    this.emit(header, `${line.slice(from)}\n`, start + from, false);
  }

  private expansion(name: string, line: string): { text: string; length: number } | undefined {
    const { length } = name;
    const aligned = name === "__aligned" && !this.macros.has(name) && /^__aligned\s*\(([^()]*)\)/.exec(line);
    if (aligned) return { text: `__attribute__((aligned(${aligned[1]})))`, length: aligned[0].length };
    if (name === "__packed" && !this.macros.has(name)) return { text: "__attribute__((packed))", length };
    let text: string | undefined;
    let next = name;
    for (let round = 0; round < 8; round++) {
      const body = this.macros.get(next)?.body;
      if (body === undefined || body === next) break;
      if (SYNTAX.test(body)) text = body;
      next = body;
    }
    // A macro without a body disappears, as `__user` does.
    if (text === undefined && this.macros.get(name)?.body === "") return { text: " ", length };
    return text === undefined ? undefined : { text, length };
  }

  private emit(header: HeaderText, text: string, offset: number, fixed: boolean): void {
    if (text === "") return;
    if (this.text.length + text.length > LONGEST_UNIT)
      throw new BrokenHeader(header.place(offset), "too-long", "the headers with their includes are too long");
    this.segments.push({ start: this.text.length, header, offset, fixed });
    this.text += text;
  }
}

/** What makes a text an expression that C can stand around. */
const PREFIX = "int x=(";

/** Throws `NoConstant`. */
export function valueOfText(parser: CParser, text: string, lookup: Lookup): bigint {
  if (/[;{}]/.test(text)) throw new NoConstant("it is no expression");
  return parser.with(`${PREFIX}${text});`, (root) => {
    const declarator = root.namedChild(0)?.childForFieldName("declarator");
    const value = declarator?.childForFieldName("value");
    if (root.hasError || root.namedChildCount !== 1 || value?.type !== "parenthesized_expression")
      throw new NoConstant("it is no expression");
    return evaluate(value, lookup);
  });
}

/** Bodies of macros that stand for attributes and types; numbers keep their names. */
const SYNTAX =
  /__attribute__|^(?:struct|union|enum|unsigned|signed|char|short|int|long|float|double|__?[a-z]\w*|u?int(?:8|16|32|64)_t|[us](?:8|16|32|64))\b(?!\s*\()/;

const DIRECTIVES = [
  "define",
  "undef",
  "include",
  "if",
  "ifdef",
  "ifndef",
  "elif",
  "else",
  "endif",
  "error",
  "warning",
  "pragma",
  "line",
];

function lineEnd(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end;
}

function placeIn(segments: readonly Segment[], offset: number): Place {
  let low = 0;
  let high = segments.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((segments[middle] as Segment).start <= offset) low = middle;
    else high = middle;
  }
  const segment = segments[low];
  if (!segment) return { file: "", line: 1, column: 1, source: "" };
  return segment.header.place(segment.offset + (segment.fixed ? 0 : offset - segment.start));
}
