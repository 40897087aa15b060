/** The state of the parser, which all functions that parse a part of a declaration share. */
import { BrokenHeader } from "../broken.js";
import { Nesting } from "../nesting.js";
import { type CToken, Cursor, placeOf } from "../tokens.js";
import { cScalar, isTypeWord } from "../types.js";
import type { Scope } from "./scope.js";
import type { Specifiers, TypeReading } from "./typed.js";
import { KINDS, QUALIFIERS, TYPEOF } from "./words.js";

/** Deepest nesting of structs, declarators and expressions. The brackets in headers are bounded, but those from macros are not. */
const MAX_NESTING = 200;

/**
 * The recursive parts of C's grammar: the members of a struct have types, and an expression may measure a type. They are called through this
 * interface, so that the files of this folder import each other in one direction.
 */
export interface RecursiveReaders {
  /** Reads the specifiers of a declaration. */
  readonly specifiers: (reading: DeclarationReader) => Specifiers;
  /** Reads a type name, as in `sizeof (…)`. */
  readonly typeName: (reading: DeclarationReader) => TypeReading;
}

export class DeclarationReader {
  readonly cursor: Cursor;

  private constructor(
    tokens: readonly CToken[],
    readonly scope: Scope,
    private readonly grammar: RecursiveReaders,
    /** Whether declarations are recorded. They are not in the value of a define, which is read without being used. */
    readonly declares: boolean,
    readonly nesting: Nesting,
  ) {
    this.cursor = new Cursor(tokens);
  }

  static ofUnit(scope: Scope, grammar: RecursiveReaders): DeclarationReader {
    return new DeclarationReader(scope.unit.tokens, scope, grammar, true, new Nesting(MAX_NESTING));
  }

  /** A parser of other tokens with the same declarations. */
  aside(tokens: readonly CToken[]): DeclarationReader {
    return new DeclarationReader(tokens, this.scope, this.grammar, false, this.nesting);
  }

  specifiers(): Specifiers {
    return this.grammar.specifiers(this);
  }

  typeName(): TypeReading {
    return this.grammar.typeName(this);
  }

  /** Whether a type may begin with the token. */
  isType({ kind, text }: CToken): boolean {
    if (kind !== "name") return false;
    return (
      KINDS.has(text) ||
      QUALIFIERS.has(text) ||
      isTypeWord(text) ||
      TYPEOF.has(text) ||
      this.scope.typedefs.has(text) ||
      cScalar(text, this.scope.arch.bits) !== undefined
    );
  }

  deeper<T>(read: () => T): T {
    return this.nesting.deeper(read, () =>
      errorAt(this.cursor.token as CToken, "too-deep", "declarations are nested too deeply"),
    );
  }
}

export function errorAt(token: CToken, rule: string, message: string, suggestion?: string): BrokenHeader {
  return new BrokenHeader(placeOf(token), rule, message, suggestion);
}
