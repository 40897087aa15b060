/** The error for tokens without a value. Callers report it at its place, or interpret the tokens differently. */
import { CkptError } from "../../runtime/errors.js";
import type { CToken } from "./tokens.js";

export class NoConstant extends CkptError {
  readonly exit = "input";

  /**
   * @param token place in the expression, if not at its end
   * @param code `no-expression` if the tokens are not an expression of C, `endless-macro` if macros expand to more tokens than any header has
   */
  constructor(
    message: string,
    readonly token?: CToken,
    readonly code: "no-constant" | "no-expression" | "endless-macro" = "no-constant",
  ) {
    super(message);
  }
}

export function noExpression(token?: CToken): NoConstant {
  return new NoConstant("it is not an expression", token, "no-expression");
}

/**
 * The error for a macro that expands to too many tokens.
 *
 * @param use the name in the source text that leads to the macros
 */
export function endlessMacro(use: CToken): NoConstant {
  return new NoConstant(`the expansion of \`${use.text}\` is too long or too deep`, use, "endless-macro");
}
