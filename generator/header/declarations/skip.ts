/** Skips what does not describe the format: assertions, pragmas, variables, prototypes, functions. */
import { refusePragma } from "../preprocess/pragma.js";
import type { CToken, Cursor } from "../tokens.js";
import { attributesAt } from "./constants.js";
import { type DeclarationReader, errorAt } from "./reading.js";
import { ASSERTIONS, KINDS } from "./words.js";

/** Most tokens of old-style parameter declarations between a function's head and its body. */
const MAX_PARAMETER_TOKENS = 200;

/** Skips an assertion or a pragma, which may be anywhere between declarations; false when there is none at the cursor. */
export function skipAside(cursor: Cursor): boolean {
  const { token } = cursor;
  if (token && ASSERTIONS.has(token.text) && cursor.ahead(1)?.text === "(") {
    cursor.next();
    cursor.skipBrackets();
    cursor.expect(";");
    return true;
  }
  if (token?.text !== "_Pragma" || cursor.ahead(1)?.text !== "(") return false;
  cursor.next();
  const from = cursor.at;
  cursor.skipBrackets();
  const [string] = cursor.tokens.slice(from + 1, cursor.at);
  refusePragma(string?.text.replace(/^\w*"|"$/g, "") ?? "", (message, suggestion) =>
    errorAt(token, "unsupported", message, suggestion),
  );
  return true;
}

/** Skips a variable, a prototype, or a function with its body, which begins at the index. */
export function skipDeclaration(reading: DeclarationReader, from: number): void {
  const { cursor } = reading;
  let isFunction = false;
  let isInitialised = false;
  for (;;) {
    const { token } = cursor;
    const before = cursor.tokens[cursor.at - 1];
    if (!token) {
      const begin = cursor.tokens[from] as CToken;
      throw errorAt(
        begin,
        "not-c",
        `the declaration that begins with \`${begin.text}\` has no end: a \`;\` is missing`,
      );
    }
    if (token.kind === "other") throw cursor.unexpected(cursor.at, "a declaration");
    if (cursor.take(";")) return;
    if (token.text === "{" && token.kind === "mark") {
      if (isInitialised) cursor.skipBrackets();
      else if (isFunction) {
        cursor.skipBrackets();
        return;
      } else throw cursor.unexpected(cursor.at, "`;`");
    } else if (token.kind === "mark" && (token.text === "(" || token.text === "[")) {
      const opens = token.text === "(" && before?.text !== "__attribute__";
      isFunction ||= opens;
      const begin = cursor.at;
      cursor.skipBrackets();
      if (opens && !isInitialised && isOldParameters(reading, begin)) {
        while (cursor.token && cursor.text !== "{") cursor.next();
      }
    } else if (token.kind === "mark" && /^[)\]}]$/.test(token.text)) throw cursor.unexpected(cursor.at, "`;`");
    else if (KINDS.has(token.text) && !isInitialised && hasBody(reading)) throw cursor.unexpected(cursor.at, "`;`");
    else {
      isInitialised ||= token.text === "=";
      cursor.next();
    }
  }
}

/** Whether a struct, union or enumeration is defined at the cursor, not only named. */
function hasBody(reading: DeclarationReader): boolean {
  const look = reading.aside(reading.cursor.tokens);
  look.cursor.at = reading.cursor.at + 1;
  attributesAt(look);
  if (look.cursor.token?.kind === "name") look.cursor.next();
  return look.cursor.text === "{";
}

/** Whether the parentheses after the cursor hold only names, `f(a, b)`, and their declarations and a function body follow. */
function isOldParameters(reading: DeclarationReader, begin: number): boolean {
  const { cursor } = reading;
  const inner = cursor.tokens.slice(begin + 1, cursor.at - 1);
  const areNames = inner.every(({ kind, text }, index) => (index % 2 === 0 ? kind === "name" : text === ","));
  if (inner.length % 2 === 0 || !areNames || !cursor.token || !reading.isType(cursor.token)) return false;
  // Declarations, each with its `;`, up to the body.
  const look = reading.aside(cursor.tokens);
  look.cursor.at = cursor.at;
  while (look.cursor.token && look.cursor.text !== "{") {
    if (look.cursor.at - cursor.at > MAX_PARAMETER_TOKENS) return false;
    if (/^[)\]}=]$/.test(look.cursor.text ?? "")) return false;
    if (look.cursor.text === "(" || look.cursor.text === "[") look.cursor.skipBrackets();
    else look.cursor.next();
  }
  return look.cursor.text === "{" && cursor.tokens[look.cursor.at - 1]?.text === ";";
}
