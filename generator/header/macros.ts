/** Macros and their expansion as C defines it: with parameters, `#` and `##`, and never recursively. */
import { BrokenHeader } from "./broken.js";
import type { SourcePlace } from "./model.js";
import { endlessMacro } from "./no-constant.js";
import { HeaderText } from "./scan.js";
import { type CToken, type Hidden, kindOf, placeOf, refuseLong, shortened, tokensIn } from "./tokens.js";

export interface Macro {
  readonly name: string;
  /** Names of the parameters; undefined for a macro that is used without parentheses. */
  readonly parameters?: readonly string[];
  /** Name of the variadic parameter. */
  readonly rest?: string;
  readonly body: readonly CToken[];
  /** Computes the token of each use, for a macro such as `__LINE__`. */
  readonly compute?: (use: CToken) => Pick<CToken, "kind" | "text">;
  /** Place of the definition; undefined for macros of the compiler and the configuration. */
  readonly place?: SourcePlace;
  /** Identifies the file and the run of adjacent defines that the macro belongs to. */
  readonly group: string;
}

/**
 * Evaluates an operator of conditionals, such as `defined`. `rest` has the tokens after the word in reverse, so that the next one is last; the
 * operands are removed from it. Undefined when the word is not an operator.
 */
export type Ask = (word: CToken, rest: CToken[]) => CToken | undefined;

/** Most tokens of one expansion, a hundred times as many as real headers need. */
const MAX_TOKENS = 1 << 14;
/** Most steps of all expansions together: tokens that are examined, copied or created, and the macros that each came from. */
const MAX_STEPS = 1 << 22;
/** Most characters of a string that `#` creates. */
const MAX_TEXT_LENGTH = 1 << 16;
/** Deepest nesting of arguments within arguments. */
const MAX_ARGUMENT_DEPTH = 64;
/** Longest chain of macros that expand to macros. */
const MAX_CHAIN = 500;

/** The arguments of a macro do not end within the available tokens. */
export class UnfinishedArguments extends BrokenHeader {
  constructor(
    macro: CToken,
    /** The name in the source text that leads to the macro. */
    readonly use: CToken,
  ) {
    super(placeOf(macro), "not-c", `the arguments of \`${macro.text}\` have no end`, "close them with `)`");
  }
}

/** An expansion in progress. */
interface Expansion {
  /** Most tokens of the result. */
  readonly longest: number;
  /** Nesting depth of arguments. */
  readonly depth: number;
  readonly ask: Ask | undefined;
}

export class Macros extends Map<string, Macro> {
  private steps = 0;

  /**
   * Expands all macros in the tokens.
   *
   * @throws {NoConstant} when the result has more than `longest` tokens
   * @throws {UnfinishedArguments} when the arguments of a macro do not end within the tokens
   * @throws {BrokenHeader} when a macro is used incorrectly, or all uses together exceed the limits
   */
  expand(tokens: readonly CToken[], longest = MAX_TOKENS): CToken[] {
    // Most pieces contain no macro.
    if (!tokens.some(({ kind, text }) => kind === "name" && this.has(text))) return [...tokens];
    return this.expanded(tokens, longest, 0);
  }

  /** Expands the macros of a conditional; operators such as `defined X` are evaluated before their operands would be expanded. */
  expandCondition(tokens: readonly CToken[], ask: Ask): CToken[] {
    return this.expanded(tokens, MAX_TOKENS, 0, ask);
  }

  private expanded(tokens: readonly CToken[], longest: number, depth: number, ask?: Ask): CToken[] {
    const [first] = tokens;
    if (first) this.spend(tokens.length, first);
    const rest = [...tokens].reverse();
    const done: CToken[] = [];
    let length = 0;
    /** The last macro name in the source text. */
    let use: CToken | undefined;
    for (let token = rest.pop(); token; token = rest.pop()) {
      this.spend(token.hidden?.count ?? 0, token);
      const answer = token.kind === "name" ? ask?.(token, rest) : undefined;
      const macro = token.kind === "name" && !isHidden(token) ? this.get(token.text) : undefined;
      if (answer || !macro) {
        done.push(answer ?? token);
        continue;
      }
      if (!token.expanded || !use) {
        use = token;
        length = 0;
      }
      if (macro.compute) {
        done.push({ ...token, ...macro.compute(token) });
        continue;
      }
      let end = token.end;
      let given: readonly (readonly CToken[])[] = [];
      if (macro.parameters) {
        // Without parentheses it is an ordinary name.
        if (rest.at(-1)?.text !== "(") {
          done.push(token);
          continue;
        }
        const found = argumentsOf(rest);
        if (!found) throw new UnfinishedArguments(token, use);
        const { last } = found;
        if (!last.expanded && last.header === token.header) end = last.end;
        given = found.args;
      }
      const body = this.substitute(macro, token, given, { longest, depth, ask });
      length += body.length + 1;
      if (depth > MAX_ARGUMENT_DEPTH || length > longest) throw endlessMacro(use);
      this.spend(body.length + 1, use);
      const hidden = hide(macro.name, token.hidden);
      const { header, start } = token;
      for (const own of [...body].reverse()) {
        // Tokens of arguments have their own chain of macros.
        if (own.hidden) this.spend(own.hidden.count, use);
        const all = own.hidden ? joined(own.hidden, hidden) : hidden;
        if (all.count > MAX_CHAIN) throw endlessMacro(use);
        rest.push({ ...own, header, start, end, expanded: true, hidden: all });
      }
    }
    return done;
  }

  private substitute(
    macro: Macro,
    use: CToken,
    given: readonly (readonly CToken[])[],
    { longest, depth, ask }: Expansion,
  ): readonly CToken[] {
    const { parameters, rest, body } = macro;
    this.spend((parameters?.length ?? 0) + body.length, use);
    const args = parameters ? argumentsBy(macro, use, given) : new Map<string, readonly CToken[]>();
    const full = new Map<string, readonly CToken[]>();
    const expandedArgument = (name: string): readonly CToken[] => {
      const own = full.get(name) ?? this.expanded(args.get(name) ?? [], longest, depth + 1, ask);
      full.set(name, own);
      return own;
    };
    const isPaste = (token: CToken | undefined) => token?.kind === "mark" && token.text === "##";

    /** The operand at an index of a body: unexpanded for `##`, expanded otherwise, and the index after it. */
    const operand = (of: readonly CToken[], at: number): Operand => {
      const token = of[at] as CToken;
      const next = of[at + 1];
      const arg = args.get(token.text);
      if (token.text === "#" && next && args.has(next.text)) {
        const string: CToken = { ...token, kind: "string", text: this.quoted(args.get(next.text) ?? [], use) };
        return { unexpanded: [string], expanded: () => [string], next: at + 2 };
      }
      if (rest !== undefined && token.text === "__VA_OPT__" && next?.text === "(") {
        const after = endOfBrackets(of, at + 1);
        const inner = expandedArgument(rest).length > 0 ? replaced(of.slice(at + 2, after - 1)) : [];
        return { unexpanded: inner, expanded: () => inner, next: after };
      }
      if (arg) return { unexpanded: arg, expanded: () => expandedArgument(token.text), next: at + 1 };
      return { unexpanded: [token], expanded: () => [token], next: at + 1 };
    };

    const replaced = (of: readonly CToken[]): CToken[] => {
      const out: CToken[] = [];
      for (let at = 0; at < of.length; ) {
        const first = operand(of, at);
        at = first.next;
        if (isPaste(of[at]) && at + 1 < of.length) {
          // Operands are not expanded; an empty one joins with nothing.
          let left = first.unexpanded;
          while (isPaste(of[at]) && at + 1 < of.length) {
            const right = operand(of, at + 1);
            this.spend(left.length + right.unexpanded.length, use);
            if (left.length + right.unexpanded.length > longest) throw endlessMacro(use);
            left = paste(left, right.unexpanded, use);
            at = right.next;
          }
          for (const token of left) out.push(token);
        } else {
          const own = first.expanded();
          this.spend(own.length, use);
          if (out.length + own.length > longest) throw endlessMacro(use);
          for (const token of own) out.push(token);
        }
        if (out.length > longest) throw endlessMacro(use);
      }
      return out;
    };

    return parameters || body.some(isPaste) ? replaced(body) : body;
  }

  private quoted(tokens: readonly CToken[], use: CToken): string {
    const texts = tokens.map(({ text }) => text);
    const length = texts.reduce((sum, text) => sum + text.length + 1, 0);
    this.spend(tokens.length, use);
    if (length > MAX_TEXT_LENGTH) throw endlessMacro(use);
    return JSON.stringify(texts.join(" "));
  }

  private spend(steps: number, use: CToken): void {
    this.steps += steps;
    if (this.steps > MAX_STEPS)
      throw new BrokenHeader(
        placeOf(use),
        "too-long",
        `expanding the macros takes more than ${MAX_STEPS} steps, which is the limit`,
      );
  }
}

interface Operand {
  readonly unexpanded: readonly CToken[];
  readonly expanded: () => readonly CToken[];
  readonly next: number;
}

/** The arguments of a use by parameter. */
function argumentsBy(
  { name, parameters = [], rest }: Macro,
  use: CToken,
  given: readonly (readonly CToken[])[],
): Map<string, readonly CToken[]> {
  // Empty parentheses contain one empty argument, or none.
  const count = given.length === 1 && given[0]?.length === 0 ? Math.min(1, parameters.length) : given.length;
  if (count < parameters.length || (rest === undefined && count > parameters.length))
    throw new BrokenHeader(
      placeOf(use),
      "not-c",
      `\`${name}\` has ${parameters.length} parameters${rest === undefined ? "" : " and more"}, and here are ${count} arguments`,
    );
  const args = new Map<string, readonly CToken[]>(parameters.map((each, index) => [each, given[index] ?? []]));
  if (rest !== undefined) {
    const comma = { ...use, kind: "mark", text: "," } as const;
    args.set(
      rest,
      given.slice(parameters.length).flatMap((arg, index) => (index === 0 ? arg : [comma, ...arg])),
    );
  }
  return args;
}

/** Index after the closing parenthesis of the one at an index; the end when there is none. */
function endOfBrackets(tokens: readonly CToken[], from: number): number {
  let depth = 0;
  for (let at = from; at < tokens.length; at++) {
    const { text } = tokens[at] as CToken;
    if (text === "(") depth++;
    else if (text === ")" && --depth === 0) return at + 1;
  }
  return tokens.length;
}

function isHidden({ text, hidden }: CToken): boolean {
  for (let at = hidden; at; at = at.outer) if (at.name === text) return true;
  return false;
}

function hide(name: string, outer: Hidden | undefined): Hidden {
  return { name, count: (outer?.count ?? 0) + 1, ...(outer && { outer }) };
}

function joined(inner: Hidden, outer: Hidden): Hidden {
  return hide(inner.name, inner.outer ? joined(inner.outer, outer) : outer);
}

function paste(left: readonly CToken[], right: readonly CToken[], use: CToken): readonly CToken[] {
  const last = left.at(-1);
  const [first] = right;
  // GNU C: a comma before missing variadic arguments is removed.
  if (last?.text === ",") return first ? [...left, ...right] : left.slice(0, -1);
  if (!last || !first) return [...left, ...right];
  const text = last.text + first.text;
  const kind = kindOf(text);
  if (!kind)
    throw new BrokenHeader(
      placeOf(use),
      "not-c",
      `the macro \`${use.text}\` joins \`${shortened(last.text)}\` and \`${shortened(first.text)}\`, which is not a token`,
    );
  const pasted: CToken = { ...last, kind, text };
  refuseLong(pasted);
  return [...left.slice(0, -1), pasted, ...right.slice(1)];
}

/** Removes the arguments from the remaining tokens, which are in reverse. Undefined when they do not end; no tokens are left then. */
export function argumentsOf(rest: CToken[]): { args: CToken[][]; last: CToken } | undefined {
  const args: CToken[][] = [[]];
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
  return undefined;
}

/** A macro from the tokens after `#define`; undefined when they are not a definition. */
export function readMacro(tokens: readonly CToken[], group: string, place?: SourcePlace): Macro | undefined {
  const [name, bracket] = tokens;
  if (name?.kind !== "name") return undefined;
  const common = { name: name.text, group, ...(place && { place }) };
  if (bracket?.text !== "(" || bracket.start !== name.end) return { ...common, body: tokens.slice(1) };
  const parameters: string[] = [];
  let rest: string | undefined;
  for (let at = 2; at < tokens.length; at++) {
    const { kind, text } = tokens[at] as CToken;
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

/** A macro that is defined outside of the headers, from its head (`NAME` or `NAME(a, b)`), its replacement and its origin. */
export function givenMacro(head: string, body: string, origin: string): Macro | undefined {
  const header = new HeaderText(origin, `${head} ${body}`);
  return readMacro(tokensIn(header, 0, header.clean.length), "");
}
