/** Macros, and the tokens that they stand for: with parameters, `#` and `##`, and never within themselves, as C says. */
import { BrokenHeader } from "./broken.js";
import type { Place } from "./model.js";
import type { HeaderText } from "./scan.js";
import { type Hidden, placeOf, refuseLong, type Token, tokensIn } from "./tokens.js";

export interface Macro {
  readonly name: string;
  /** Undefined for a macro that is used without brackets. */
  readonly parameters?: readonly string[];
  /** Name of the parameter that takes all other arguments. */
  readonly rest?: string;
  readonly body: readonly Token[];
  /** Undefined for what compiler and configuration define. */
  readonly place?: Place;
  /** Of the file and the run of defines in it that it belongs to. */
  readonly group: string;
}

/** Tokens that one use of a macro may come to; the real headers have a hundred. */
const LONGEST = 1 << 14;
/** Steps of all uses together: tokens that are looked at, copied or made, and the macros behind each. */
const MOST_STEPS = 1 << 22;
/** Characters of a text that `#` makes. */
const LONGEST_TEXT = 1 << 16;
/** Arguments within arguments. */
const DEEPEST = 64;
/** Macros behind macros. */
const DEEPEST_CHAIN = 500;

/** The macros behind a name make more tokens than any header has. */
export class EndlessMacro extends Error {
  constructor(readonly token: Token) {
    super(`the macros behind \`${token.text}\` come to no end`);
  }
}

export class Macros extends Map<string, Macro> {
  private steps = 0;

  /** Throws `EndlessMacro`, and `BrokenHeader` where the arguments of a macro have no end, or where all uses come to too much. */
  expand(tokens: readonly Token[], longest = LONGEST): Token[] {
    // Most pieces have none.
    if (!tokens.some(({ kind, text }) => kind === "name" && this.has(text))) return [...tokens];
    return this.expanded(tokens, longest, 0);
  }

  private expanded(tokens: readonly Token[], longest: number, depth: number): Token[] {
    const [first] = tokens;
    if (first) this.spend(tokens.length, first);
    const rest = [...tokens].reverse();
    const done: Token[] = [];
    let length = 0;
    /** The last name in the text itself that is a macro. */
    let use: Token | undefined;
    for (let token = rest.pop(); token; token = rest.pop()) {
      this.spend(token.hidden?.count ?? 0, token);
      const macro = token.kind === "name" && !isHidden(token) ? this.get(token.text) : undefined;
      if (!macro) {
        done.push(token);
        continue;
      }
      if (!token.expanded || !use) {
        use = token;
        length = 0;
      }
      let body: readonly Token[] = macro.body;
      let end = token.end;
      if (macro.parameters) {
        // Without brackets it is a name like others.
        if (rest.at(-1)?.text !== "(") {
          done.push(token);
          continue;
        }
        const { args, last } = argumentsOf(token, rest);
        if (!last.expanded && last.header === token.header) end = last.end;
        body = this.substitute(macro, token, args, longest, depth);
      }
      length += body.length + 1;
      if (depth > DEEPEST || length > longest) throw new EndlessMacro(use);
      this.spend(body.length + 1, use);
      const hidden = hide(macro.name, token.hidden);
      const { header, start } = token;
      for (const own of [...body].reverse()) {
        // Arguments have macros of their own that they come from.
        if (own.hidden) this.spend(own.hidden.count, use);
        const all = own.hidden ? joined(own.hidden, hidden) : hidden;
        if (all.count > DEEPEST_CHAIN) throw new EndlessMacro(use);
        rest.push({ ...own, header, start, end, expanded: true, hidden: all });
      }
    }
    return done;
  }

  private substitute(
    macro: Macro,
    use: Token,
    given: readonly (readonly Token[])[],
    longest: number,
    depth: number,
  ): Token[] {
    const { parameters = [], rest, body } = macro;
    this.spend(parameters.length + body.length, use);
    const args = new Map<string, readonly Token[]>(parameters.map((name, index) => [name, given[index] ?? []]));
    if (rest !== undefined) {
      const comma = { ...use, kind: "mark", text: "," } as const;
      args.set(
        rest,
        given.slice(parameters.length).flatMap((arg, index) => (index === 0 ? arg : [comma, ...arg])),
      );
    }
    const out: Token[] = [];
    const full = new Map<string, readonly Token[]>();
    for (let at = 0; at < body.length; at++) {
      const token = body[at] as Token;
      const next = body[at + 1];
      const arg = args.get(token.text);
      if (token.text === "#" && next && args.has(next.text)) {
        out.push({ ...token, kind: "string", text: this.quoted(args.get(next.text) ?? [], use) });
        at++;
      } else if (next?.text === "##") {
        // Each side as it is; what is empty joins with nothing.
        let left = arg ?? [token];
        while (body[at + 1]?.text === "##" && body[at + 2]) {
          const right = args.get((body[at + 2] as Token).text) ?? [body[at + 2] as Token];
          this.spend(left.length + right.length, use);
          if (left.length + right.length > longest) throw new EndlessMacro(use);
          left = paste(left, right);
          at += 2;
        }
        for (const each of left) out.push(each);
        if (body[at + 1]?.text === "##") at++;
      } else if (arg) {
        const own = full.get(token.text) ?? this.expanded(arg, longest, depth + 1);
        full.set(token.text, own);
        this.spend(own.length, use);
        if (out.length + own.length > longest) throw new EndlessMacro(use);
        for (const each of own) out.push(each);
      } else out.push(token);
    }
    return out;
  }

  private quoted(tokens: readonly Token[], use: Token): string {
    const texts = tokens.map(({ text }) => text);
    const length = texts.reduce((sum, text) => sum + text.length + 1, 0);
    this.spend(tokens.length, use);
    if (length > LONGEST_TEXT) throw new EndlessMacro(use);
    return JSON.stringify(texts.join(" "));
  }

  private spend(steps: number, use: Token): void {
    this.steps += steps;
    if (this.steps > MOST_STEPS)
      throw new BrokenHeader(placeOf(use), "too-long", "the macros of the headers come to more than any header has");
  }
}

function isHidden({ text, hidden }: Token): boolean {
  for (let at = hidden; at; at = at.outer) if (at.name === text) return true;
  return false;
}

function hide(name: string, outer: Hidden | undefined): Hidden {
  return { name, count: (outer?.count ?? 0) + 1, ...(outer && { outer }) };
}

function joined(inner: Hidden, outer: Hidden): Hidden {
  return hide(inner.name, inner.outer ? joined(inner.outer, outer) : outer);
}

function paste(left: readonly Token[], right: readonly Token[]): readonly Token[] {
  const last = left.at(-1);
  const [first] = right;
  // GNU C: a comma in front of arguments that are not there goes as well.
  if (last?.text === ",") return first ? [...left, ...right] : left.slice(0, -1);
  if (!last || !first) return [...left, ...right];
  const text = last.text + first.text;
  const kind = /^[\p{L}_$]/u.test(text) ? "name" : /^\.?[0-9]/.test(text) ? "number" : "mark";
  const pasted: Token = { ...last, kind, text };
  refuseLong(pasted);
  return [...left.slice(0, -1), pasted, ...right.slice(1)];
}

/** Takes the arguments from the tokens that are left, the next of which is last. */
function argumentsOf(use: Token, rest: Token[]): { args: Token[][]; last: Token } {
  const args: Token[][] = [[]];
  let depth = 0;
  for (let token = rest.pop(); token; token = rest.pop()) {
    if (token.kind === "mark") {
      if (token.text === ")" && --depth === 0) return { args, last: token };
      if (token.text === "," && depth === 1) {
        args.push([]);
        continue;
      }
      if (token.text === "(" && ++depth === 1) continue;
    }
    args.at(-1)?.push(token);
  }
  throw new BrokenHeader(placeOf(use), "not-c", `the arguments of \`${use.text}\` have no end`, "close them with `)`");
}

/** A macro as `#define` has it, from the tokens behind that word; undefined when that is none. */
export function readMacro(tokens: readonly Token[], group: string, place?: Place): Macro | undefined {
  const [name, bracket] = tokens;
  if (name?.kind !== "name") return undefined;
  const common = { name: name.text, group, ...(place && { place }) };
  if (bracket?.text !== "(" || bracket.start !== name.end) return { ...common, body: tokens.slice(1) };
  const parameters: string[] = [];
  let rest: string | undefined;
  for (let at = 2; at < tokens.length; at++) {
    const { kind, text } = tokens[at] as Token;
    if (text === ")") return { ...common, parameters, ...(rest !== undefined && { rest }), body: tokens.slice(at + 1) };
    if (rest !== undefined) return undefined;
    if (text === "...") rest = "__VA_ARGS__";
    else if (kind === "name" && tokens[at + 1]?.text === "...") {
      rest = text;
      at++;
    } else if (kind === "name") parameters.push(text);
    else return undefined;
    const separator = tokens[at + 1]?.text;
    if (separator === ",") at++;
    else if (separator !== ")") return undefined;
  }
  return undefined;
}

/** A macro that is defined outside of the headers: `NAME` or `NAME(a, b)`, and what it stands for. */
export function givenMacro(header: HeaderText): Macro | undefined {
  return readMacro(tokensIn(header, 0, header.clean.length), "");
}
