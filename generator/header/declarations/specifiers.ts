/** Reads the specifiers of a declaration: `typedef`, storage class, type, and attributes. */
import { type Attributes, alignment, NO_ATTRIBUTES, spellingAt, together } from "../attributes.js";
import type { CToken } from "../tokens.js";
import { cScalar, isTypeWord } from "../types.js";
import { readAggregate } from "./aggregate.js";
import { attributesAt, readConstant } from "./constants.js";
import { readEnumeration } from "./enumeration.js";
import { extentOfResolved } from "./extents.js";
import { type DeclarationReader, errorAt } from "./reading.js";
import { suggestType } from "./suggest-type.js";
import { isUnusable, type Specifiers, type TypeReading } from "./typed.js";
import { ALIGNAS, KINDS, QUALIFIERS, STORAGE, TYPEOF } from "./words.js";

export function readSpecifiers(reading: DeclarationReader): Specifiers {
  const { cursor } = reading;
  const first = cursor.token;
  if (!first) throw cursor.unexpected(cursor.at, "a declaration");
  let attributes = NO_ATTRIBUTES;
  let alignas = NO_ATTRIBUTES;
  /** Attributes in `[[…]]` after a specifier apply to the type. */
  let ofType = NO_ATTRIBUTES;
  let isTypedef = false;
  let isAnonymous = false;
  let resolved: TypeReading | undefined;
  const words: CToken[] = [];
  for (;;) {
    const { token } = cursor;
    const spelling = spellingAt(cursor);
    if (spelling === "standard" && token !== first) {
      ofType = together(ofType, attributesAt(reading, "standard"));
      continue;
    }
    if (spelling) {
      // Leading attributes apply last.
      attributes = together(attributesAt(reading, spelling), attributes);
      continue;
    }
    if (token?.kind !== "name") break;
    const { text } = token;
    if (text === "typedef") isTypedef = true;
    else if (STORAGE.has(text) || QUALIFIERS.has(text)) {
      // These do not affect the layout.
    } else if (ALIGNAS.has(text) && cursor.ahead(1)?.text === "(") {
      alignas = together(alignas, readAlignas(reading));
      continue;
    } else if (text === "_Atomic" || TYPEOF.has(text)) {
      cursor.next();
      if (cursor.text === "(") cursor.skipBrackets();
      resolved = {
        refusal: () => errorAt(token, "unsupported", `\`${text}\` is not understood`, "write the type itself"),
      };
      continue;
    } else if (KINDS.has(text)) {
      if (resolved || words.length > 0) throw cursor.unexpected(cursor.at, "a name");
      if (text === "enum") resolved = readEnumeration(reading);
      else ({ resolved, isAnonymous } = readAggregate(reading));
      continue;
    } else if (isTypeWord(text)) {
      if (resolved) throw cursor.unexpected(cursor.at, "a name");
      words.push(token);
    } else if (!resolved && words.length === 0) resolved = named(reading, token);
    else break;
    cursor.next();
  }
  if (words.length > 0) resolved ??= builtIn(reading, words);
  resolved ??= { refusal: () => errorAt(first, "not-c", `expected a type, found \`${first.text}\``) };
  if (ofType.refused) resolved = { refusal: ofType.refused };
  else if (!isUnusable(resolved) && ofType.latest > 0) resolved = { ...resolved, typeAlign: ofType.latest };
  return { resolved, attributes: together(attributes, alignas), alignas, isTypedef, isAnonymous, first };
}

function readAlignas(reading: DeclarationReader): Attributes {
  const { cursor } = reading;
  cursor.next();
  cursor.expect("(");
  const from = cursor.token as CToken;
  const value = reading.isType(from)
    ? BigInt(extentOfResolved(reading, reading.typeName(), from).align)
    : readConstant(reading);
  cursor.expect(")");
  return value === 0n ? NO_ATTRIBUTES : alignment(value, from);
}

/** The type of a name that a typedef or the compiler defines. */
function named({ scope }: DeclarationReader, token: CToken): TypeReading {
  const c = token.text;
  const alias = scope.typedefs.get(c);
  if (alias) {
    if (isUnusable(alias) || alias.type.kind !== "scalar") return alias;
    return { ...alias, type: { ...alias.type, c } };
  }
  const scalar = cScalar(c, scope.arch.bits);
  if (scalar) return { type: scalar, dims: [] };
  return {
    refusal: () =>
      errorAt(token, "unknown-type", `the width of \`${c}\` is not known`, suggestType(c, scope.typedefs.keys())),
  };
}

function builtIn({ scope }: DeclarationReader, words: readonly CToken[]): TypeReading {
  const [first] = words as readonly [CToken];
  const c = words.map(({ text }) => text).join(" ");
  const scalar = cScalar(c, scope.arch.bits);
  if (scalar) return { type: scalar, dims: [] };
  return {
    refusal: () =>
      c === "void"
        ? errorAt(first, "not-c", "a member of type `void`")
        : errorAt(
            first,
            "unknown-type",
            `\`${c}\` is not of the same width everywhere, or has none that the schema knows`,
            suggestType(c, []),
          ),
  };
}
