/** A reader of tokens at a place: what all functions that read a part of a declaration work on. */
import { BrokenHeader } from "../broken.js";
import { Nesting } from "../nesting.js";
import { Cursor, placeOf, type Token } from "../tokens.js";
import type { Scope } from "./scope.js";

/** Deepest nesting of structs, declarators and expressions within each other; brackets in headers are bounded, those from macros are not. */
const DEEPEST = 200;

export class Reading {
  readonly cursor: Cursor;

  private constructor(
    tokens: readonly Token[],
    readonly scope: Scope,
    /** Whether what is declared here counts. In the value of a define it does not: that is read without being used. */
    readonly declares: boolean,
    readonly nesting: Nesting,
  ) {
    this.cursor = new Cursor(tokens);
  }

  static ofUnit(scope: Scope): Reading {
    return new Reading(scope.unit.tokens, scope, true, new Nesting(DEEPEST));
  }

  /** Other tokens, with the same declarations around them. */
  aside(tokens: readonly Token[]): Reading {
    return new Reading(tokens, this.scope, false, this.nesting);
  }

  deeper<T>(read: () => T): T {
    return this.nesting.deeper(read, () =>
      errorAt(this.cursor.token as Token, "too-deep", "declarations are nested too deeply"),
    );
  }
}

export function errorAt(token: Token, rule: string, message: string, suggestion?: string): BrokenHeader {
  return new BrokenHeader(placeOf(token), rule, message, suggestion);
}
