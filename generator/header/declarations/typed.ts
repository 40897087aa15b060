/** Types of names and declarations. */
import type { Attributes } from "../attributes.js";
import type { BrokenHeader } from "../broken.js";
import type { Dimension, HeaderType } from "../model.js";
import type { CToken } from "../tokens.js";

/** A type with the additions of a typedef. */
export interface Typed {
  readonly type: HeaderType;
  readonly dims: readonly Dimension[];
  /** Alignment in bytes that a typedef gives the type instead of its own. */
  readonly typeAlign?: number;
}

/**
 * A type that is not supported. It is an error only if a member has the type, so the error is created only then: headers contain many functions with
 * such types.
 */
export interface Unusable {
  readonly refusal: () => BrokenHeader;
}

export type TypeReading = Typed | Unusable;

/** The specifiers of a declaration. */
export interface Specifiers {
  readonly resolved: TypeReading;
  readonly attributes: Attributes;
  /** Attributes from `_Alignas` only: no other attributes are effective before an anonymous member. */
  readonly alignas: Attributes;
  readonly isTypedef: boolean;
  /** Whether a struct or union without a tag is defined here: as a member it needs no name. */
  readonly isAnonymous: boolean;
  readonly first: CToken;
}

export function isUnusable(resolved: TypeReading): resolved is Unusable {
  return "refusal" in resolved;
}

/**
 * The type, if it is supported.
 *
 * @throws {BrokenHeader} when it is not
 */
export function usable(resolved: TypeReading): Typed {
  if (isUnusable(resolved)) throw resolved.refusal();
  return resolved;
}

/**
 * Attributes that apply to the member at which they are written.
 *
 * @throws {BrokenHeader} for an attribute that is not supported
 */
export function usableAttributes({ aligned, packed, refused }: Attributes): Pick<Attributes, "aligned" | "packed"> {
  if (refused) throw refused();
  return { aligned, packed };
}

/** The type in C, without the declarator. */
export function wordsOf(resolved: TypeReading): string {
  if (isUnusable(resolved)) return "void";
  const { type } = resolved;
  return type.kind === "scalar" || type.kind === "reference" ? type.c : type.kind;
}
