/** A reader of tokens at a place: what all functions that read a part of a declaration work on. */
import { BrokenHeader } from "../broken.js";
import { Nesting } from "../nesting.js";
import { Cursor, placeOf, type Token } from "../tokens.js";
import { isTypeWord, scalarType } from "../types.js";
import type { Scope } from "./scope.js";
import type { Resolved, Specifiers } from "./typed.js";
import { KINDS, QUALIFIERS, TYPEOF } from "./words.js";

/** Deepest nesting of structs, declarators and expressions within each other; brackets in headers are bounded, those from macros are not. */
const DEEPEST = 200;

/**
 * The parts of C's grammar that contain themselves: the members of a struct have types, and an expression may measure a type. Their readers
 * are called through the reading, so that the files of this folder import each other in one direction.
 */
export interface Grammar {
  /** What stands before the names of a declaration. */
  readonly specifiers: (reading: Reading) => Specifiers;
  /** A type without a name, as in `sizeof (…)`. */
  readonly typeName: (reading: Reading) => Resolved;
}

export class Reading {
  readonly cursor: Cursor;

  private constructor(
    tokens: readonly Token[],
    readonly scope: Scope,
    private readonly grammar: Grammar,
    /** Whether what is declared here counts. In the value of a define it does not: that is read without being used. */
    readonly declares: boolean,
    readonly nesting: Nesting,
  ) {
    this.cursor = new Cursor(tokens);
  }

  static ofUnit(scope: Scope, grammar: Grammar): Reading {
    return new Reading(scope.unit.tokens, scope, grammar, true, new Nesting(DEEPEST));
  }

  /** Other tokens, with the same declarations around them. */
  aside(tokens: readonly Token[]): Reading {
    return new Reading(tokens, this.scope, this.grammar, false, this.nesting);
  }

  specifiers(): Specifiers {
    return this.grammar.specifiers(this);
  }

  typeName(): Resolved {
    return this.grammar.typeName(this);
  }

  /** Whether a type begins with the token. */
  isType({ kind, text }: Token): boolean {
    if (kind !== "name") return false;
    return (
      KINDS.has(text) ||
      QUALIFIERS.has(text) ||
      isTypeWord(text) ||
      TYPEOF.has(text) ||
      this.scope.typedefs.has(text) ||
      scalarType(text, this.scope.arch.bits) !== undefined
    );
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
