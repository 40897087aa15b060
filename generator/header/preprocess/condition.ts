/** Evaluates the condition of `#if` and its relatives. */
import { BrokenHeader } from "../broken.js";
import { answer, QUESTIONS } from "../compiler-features.js";
import { isOfSomeCompiler } from "../compiler-macros.js";
import { evaluateAll } from "../constant.js";
import { argumentsOf } from "../macros.js";
import { NoConstant } from "../no-constant.js";
import { type CToken, Cursor, placeOf } from "../tokens.js";
import type { Definitions } from "./definitions.js";
import { type Directive, macroNameIn, tokensOf } from "./directive.js";
import type { FollowInclude } from "./includes.js";

/** The file name of an include. */
const FILE = /^(?:<(.+)>|"(.+)")$/;

/**
 * Whether the condition of an `#if`, `#ifdef`, `#elif` or similar directive holds.
 *
 * @throws {BrokenHeader} when it cannot be evaluated
 */
export function conditionHolds(directive: Directive, definitions: Definitions, follow: FollowInclude): boolean {
  const [, negation] = /^(?:el)?if(n?)def$/.exec(directive.name) ?? [];
  if (negation === undefined) return expressionHolds(directive, definitions, follow);
  return definitions.isMacro(macroNameIn(directive, "the conditional names no macro")) === (negation === "");
}

function expressionHolds(directive: Directive, definitions: Definitions, follow: FollowInclude): boolean {
  const { header, restAt } = directive;
  const tokens = tokensOf(directive);
  const broken = (message: string, token?: CToken) =>
    new BrokenHeader(
      token ? placeOf(token) : header.place(restAt),
      "bad-condition",
      `cannot decide the conditional: ${message}`,
      "correct it, or define its macros: --define NAME=VALUE, --undefine NAME",
    );
  if (tokens.length === 0) throw broken("it has no expression");
  const isThere = (name: string, quoted: boolean) => follow(name, header, quoted) !== undefined;
  try {
    const expression = definitions.macros.expandCondition(tokens, (word, rest) =>
      operatorResult(word, rest, definitions, isThere),
    );
    const number = (name: string, token: CToken) => undefinedName(name, token, definitions);
    return evaluateAll(new Cursor(expression), { number, int: 64, long: 64 }) !== 0n;
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
function undefinedName(name: string, token: CToken, definitions: Definitions): bigint {
  if (name === "defined") throw new NoConstant("`defined` is not followed by a name", token);
  if (/^CONFIG_\w+$/.test(name) || definitions.isUndefined(name) || isOfSomeCompiler(name)) return 0n;
  const isCall = /\(/.test(name);
  if (!isCall && !/^__|^_[A-Z]/.test(name) && definitions.foreign.size === 0) return 0n;
  throw new NoConstant(isCall ? `\`${name}\` is not known` : `\`${name}\` is defined in no header that is read`, token);
}

/** Evaluates `defined X` and similar operators, and removes their operands from `rest`; undefined if the word is none of them. */
function operatorResult(
  word: CToken,
  rest: CToken[],
  definitions: Definitions,
  isThere: (file: string, quoted: boolean) => boolean,
): CToken | undefined {
  const bracket = rest.at(-1)?.text === "(";
  if (word.text === "defined" || (bracket && /^IS_(?:ENABLED|BUILTIN)$/.test(word.text)))
    return definedResult(word, rest, bracket, definitions);
  if (!bracket || !QUESTIONS.has(word.text) || !definitions.isMacro(word.text) || definitions.macros.has(word.text))
    return undefined;
  const found = argumentsOf(rest);
  if (!found) throw new NoConstant(`the brackets of \`${word.text}\` have no end`, word);
  const operand = found.args.flat();
  const written = textOf(operand);
  // The name of a file is not expanded, even if a part of it is a macro, such as `linux`.
  const isFileName = word.text.startsWith("__has_include") && FILE.test(written);
  const about = isFileName ? written : textOf(definitions.macros.expand(operand));
  const [, angle, quoted] = FILE.exec(about) ?? [];
  const file = angle ?? quoted;
  const number =
    file !== undefined && isThere(file, quoted !== undefined) ? "1" : answer(word.text, about, definitions.arch);
  // An unknown result is allowed in a part of the conditional that is not evaluated.
  return number === undefined
    ? { ...word, text: `${word.text}(${written})` }
    : { ...word, kind: "number", text: number };
}

function definedResult(word: CToken, rest: CToken[], bracket: boolean, definitions: Definitions): CToken | undefined {
  const operand = rest.at(bracket ? -2 : -1);
  if (operand?.kind !== "name" || (bracket && rest.at(-3)?.text !== ")")) return undefined;
  rest.length -= bracket ? 3 : 1;
  return { ...word, kind: "number", text: definitions.isMacro(operand.text) ? "1" : "0" };
}

function textOf(tokens: readonly CToken[]): string {
  return tokens.map(({ text }) => text).join("");
}
