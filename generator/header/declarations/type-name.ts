/** Reads type names, as in a cast or `sizeof`: `struct a *[2]`. */
import { NO_ATTRIBUTES } from "../attributes.js";
import { deriveType, readDeclarator } from "./declarator.js";
import type { DeclarationReader } from "./reading.js";
import { readSpecifiers } from "./specifiers.js";
import type { TypeReading } from "./typed.js";

export function readTypeName(reading: DeclarationReader): TypeReading {
  const { resolved } = readSpecifiers(reading);
  return deriveType(reading, resolved, readDeclarator(reading, NO_ATTRIBUTES, true));
}
