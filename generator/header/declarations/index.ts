/**
 * Step 3 of reading headers: parses the tokens of one architecture into the header model: structs and unions with their members, enumerators, integer defines. Functions
 * and variables are skipped.
 *
 * Every token is parsed or rejected, so that no part of a struct is lost. Values of names that the headers use but do not define come from `known`,
 * the schema.
 */
import type { Arch } from "../../model.js";
import type { HeaderModel } from "../model.js";
import type { TranslationUnit } from "../preprocess/preprocessor.js";
import { deriveType, readDeclarator } from "./declarator.js";
import { addDefines } from "./defines.js";
import { DeclarationReader } from "./reading.js";
import { checkNesting } from "./references.js";
import { type Known, Scope } from "./scope.js";
import { skipAside, skipDeclaration } from "./skip.js";
import { readSpecifiers } from "./specifiers.js";
import { readTypeName } from "./type-name.js";
import { isUnusable, type Specifiers } from "./typed.js";
import { ASM } from "./words.js";

export type { Known } from "./scope.js";

/**
 * Parses the preprocessed headers of one architecture.
 *
 * @throws {BrokenHeader} at the first construct that is not understood
 */
export function readDeclarations(unit: TranslationUnit, arch: Arch, known: Known): HeaderModel {
  const scope = new Scope(unit, arch, known);
  const reading = DeclarationReader.ofUnit(scope, { specifiers: readSpecifiers, typeName: readTypeName });
  readAll(reading);
  checkNesting(scope);
  addDefines(reading);
  return { structs: scope.structs, numbers: scope.numbers, foreign: unit.foreign, files: unit.files };
}

function readAll(reading: DeclarationReader): void {
  const { cursor } = reading;
  /** Number of open `extern "C" {` blocks. */
  let linkages = 0;
  while (cursor.token) {
    const { text } = cursor.token;
    if (text === ";") cursor.next();
    else if (text === "}" && linkages > 0) {
      cursor.next();
      linkages--;
    } else if (text === "extern" && cursor.ahead(1)?.kind === "string" && cursor.ahead(2)?.text === "{") {
      cursor.at += 3;
      linkages++;
    } else if (ASM.has(text)) skipDeclaration(reading, cursor.at);
    else if (!skipAside(cursor)) readDeclaration(reading);
  }
}

function readDeclaration(reading: DeclarationReader): void {
  const { cursor } = reading;
  const from = cursor.at;
  const specifiers = readSpecifiers(reading);
  if (cursor.take(";")) return;
  if (!specifiers.isTypedef) {
    skipDeclaration(reading, from);
    return;
  }
  do addTypedef(reading, specifiers);
  while (cursor.take(","));
  cursor.expect(";");
}

function addTypedef(reading: DeclarationReader, specifiers: Specifiers): void {
  const { cursor, scope } = reading;
  const declarator = readDeclarator(reading, specifiers.attributes);
  const { name, attributes } = declarator;
  if (!name) throw cursor.unexpected(cursor.at, "a name");
  const resolved = deriveType(reading, specifiers.resolved, declarator);
  const { latest, refused } = attributes;
  if (refused) scope.typedefs.set(name.text, { refusal: refused });
  else if (isUnusable(resolved) || latest === 0) scope.typedefs.set(name.text, resolved);
  else scope.typedefs.set(name.text, { ...resolved, typeAlign: latest });
}
