/** What a name or a declaration has for a type. */
import type { Attributes } from "../attributes.js";
import type { BrokenHeader } from "../broken.js";
import type { Dimension, HeaderType } from "../model.js";
import type { Token } from "../tokens.js";

/** A type with what a typedef adds to it. */
export interface Typed {
  readonly type: HeaderType;
  readonly dims: readonly Dimension[];
  /** Alignment that a typedef gives it instead of its own, in bytes. */
  readonly typeAlign?: number;
}

/**
 * A type that is not understood. It matters only if a member has it, so the error is made only then: headers are full of functions of
 * such types.
 */
export interface Unusable {
  readonly refusal: () => BrokenHeader;
}

export type Resolved = Typed | Unusable;

/** What stands before the names of a declaration. */
export interface Specifiers {
  readonly resolved: Resolved;
  readonly attributes: Attributes;
  /** Those of `_Alignas` alone, which is all that counts in front of an anonymous member. */
  readonly alignas: Attributes;
  readonly isTypedef: boolean;
  /** A struct or union without a tag is declared here: as a member it needs no name. */
  readonly isAnonymous: boolean;
  readonly first: Token;
}

export function isUnusable(resolved: Resolved): resolved is Unusable {
  return "refusal" in resolved;
}

/** Throws `BrokenHeader`. */
export function usable(resolved: Resolved): Typed {
  if (isUnusable(resolved)) throw resolved.refusal();
  return resolved;
}

/** What attributes say about the member at which they stand. Throws `BrokenHeader`. */
export function usableAttributes({ aligned, packed, refused }: Attributes): Pick<Attributes, "aligned" | "packed"> {
  if (refused) throw refused();
  return { aligned, packed };
}

/** The type in C, without what surrounds the name. */
export function wordsOf(resolved: Resolved): string {
  if (isUnusable(resolved)) return "void";
  const { type } = resolved;
  return type.kind === "scalar" || type.kind === "reference" ? type.c : type.kind;
}
