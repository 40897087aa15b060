/** What stands between declarations, and declarations that say nothing about the format: variables, prototypes, functions. */
import { refusePragma } from "../conditionals.js";
import type { Cursor, Token } from "../tokens.js";
import { attributesAt } from "./constants.js";
import { errorAt, type Reading } from "./reading.js";
import { ASSERTIONS, KINDS } from "./words.js";

/** Skips an assertion or a pragma, which stand anywhere between declarations; false when none is at the cursor. */
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

/** Goes on behind a variable, a prototype, or a function with its body, which begins at the index. */
export function skipDeclaration(reading: Reading, from: number): void {
  const { cursor } = reading;
  let isFunction = false;
  let isInitialised = false;
  for (;;) {
    const { token } = cursor;
    const before = cursor.tokens[cursor.at - 1];
    if (!token) {
      const begin = cursor.tokens[from] as Token;
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
      isFunction ||= token.text === "(" && before?.text !== "__attribute__";
      cursor.skipBrackets();
    } else if (token.kind === "mark" && /^[)\]}]$/.test(token.text)) throw cursor.unexpected(cursor.at, "`;`");
    else if (KINDS.has(token.text) && !isInitialised && hasBody(reading)) throw cursor.unexpected(cursor.at, "`;`");
    else {
      isInitialised ||= token.text === "=";
      cursor.next();
    }
  }
}

/** Whether a struct, union or enumeration is declared at the cursor, and not only named. */
function hasBody(reading: Reading): boolean {
  const look = reading.aside(reading.cursor.tokens);
  look.cursor.at = reading.cursor.at + 1;
  attributesAt(look);
  if (look.cursor.token?.kind === "name") look.cursor.next();
  return look.cursor.text === "{";
}
