/** Types without a name beside them, as a conversion or `sizeof` has: `struct a *[2]`. */
import { NO_ATTRIBUTES } from "../attributes.js";
import type { Token } from "../tokens.js";
import { isTypeWord, scalarType } from "../types.js";
import { deriveType, readDeclarator } from "./declarator.js";
import type { Reading } from "./reading.js";
import { readSpecifiers } from "./specifiers.js";
import type { Resolved } from "./typed.js";
import { KINDS, QUALIFIERS, TYPEOF } from "./words.js";

export function readTypeName(reading: Reading): Resolved {
  const { resolved } = readSpecifiers(reading);
  return deriveType(reading, resolved, readDeclarator(reading, NO_ATTRIBUTES));
}

/** Whether a type begins with the token. */
export function isTypeAt({ scope }: Reading, { kind, text }: Token): boolean {
  if (kind !== "name") return false;
  return (
    KINDS.has(text) ||
    QUALIFIERS.has(text) ||
    isTypeWord(text) ||
    TYPEOF.has(text) ||
    scope.typedefs.has(text) ||
    scalarType(text, scope.arch.bits) !== undefined
  );
}
