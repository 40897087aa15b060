/** Tokens that have no value. Readers of values catch the error, and report it at its place or take the tokens for something else. */
import { CkptError } from "../../runtime/errors.js";
import type { Token } from "./tokens.js";

export class NoConstant extends CkptError {
  readonly exit = "input";

  /**
   * @param token where in the expression, if not at its end
   * @param code `no-expression` if there is no expression of C at all, `endless-macro` if macros stand for more tokens than any header has
   */
  constructor(
    message: string,
    readonly token?: Token,
    readonly code: "no-constant" | "no-expression" | "endless-macro" = "no-constant",
  ) {
    super(message);
  }
}

export function noExpression(token?: Token): NoConstant {
  return new NoConstant("it is no expression", token, "no-expression");
}

/** @param use the name in the text that leads to the macros */
export function endlessMacro(use: Token): NoConstant {
  return new NoConstant(`the macros behind \`${use.text}\` come to no end`, use, "endless-macro");
}
