/** Reads enumerations. Their enumerators are numbers of the headers. */
import { together } from "../attributes.js";
import { fitsInt, type Integer } from "../constant.js";
import type { CToken } from "../tokens.js";
import { placeOf } from "../tokens.js";
import { enumType } from "../types.js";
import { attributesAt, readInteger } from "./constants.js";
import { type DeclarationReader, errorAt } from "./reading.js";
import type { TypeReading } from "./typed.js";

/** Reads an `enum` specifier, with attributes and body. */
export function readEnumeration(reading: DeclarationReader): TypeReading {
  const { cursor, scope } = reading;
  const keyword = cursor.next() as CToken;
  const before = attributesAt(reading);
  const tag = cursor.token?.kind === "name" ? cursor.next() : undefined;
  const c = `enum ${tag?.text ?? ""}`.trim();
  const underlying = cursor.text === ":" ? cursor.token : undefined;
  if (underlying) {
    cursor.next();
    reading.deeper(() => reading.specifiers());
  }
  if (cursor.text !== "{") {
    if (!tag) throw cursor.unexpected(cursor.at, "a name or `{`");
    return scope.enums.get(tag.text) ?? { type: enumType(c), dims: [] };
  }
  const isWide = readEnumerators(reading, tag?.text ?? "");
  // Alignment has no effect here, nor has `[[…]]` after the body.
  const { packed, refused } = together(before, attributesAt(reading, "gnu"));
  let resolved: TypeReading = { type: enumType(c, isWide ? 64 : 32), dims: [] };
  if (refused) resolved = { refusal: refused };
  else if (underlying || packed)
    resolved = {
      refusal: () =>
        errorAt(
          underlying ?? keyword,
          "unsupported",
          `\`${c}\` has ${underlying ? "a width of its own" : "the smallest width that holds its values"}`,
          "declare the member as an integer",
        ),
    };
  if (tag && reading.declares) scope.enums.set(tag.text, resolved);
  return resolved;
}

/**
 * Reads the enumerators.
 *
 * @returns whether a value needs more than 32 bits
 */
function readEnumerators(reading: DeclarationReader, tag: string): boolean {
  const { cursor, scope } = reading;
  const group = `enum ${++scope.enumerations}`;
  const own = new Map<string, Integer>();
  let last: Integer = { value: -1n, bits: 32, unsigned: false };
  let low = 0n;
  let high = 0n;
  cursor.expect("{");
  while (!cursor.take("}")) {
    const name = cursor.token;
    if (name?.kind !== "name") throw cursor.unexpected(cursor.at, "the name of an enumerator");
    cursor.next();
    attributesAt(reading);
    last = inside(cursor.take("=") ? readInteger(reading) : following(last, name));
    const { value } = last;
    if (reading.declares)
      scope.addEnumerator({ name: name.text, value, kind: "enumerator", tag, group, place: placeOf(name) }, last);
    own.set(name.text, last);
    if (value < low) low = value;
    if (value > high) high = value;
    if (cursor.text !== "}" && !cursor.take(",")) throw cursor.unexpected(cursor.at, "`,` or `}`");
  }
  const isWide = low < -(1n << 31n) || high >= (low < 0n ? 1n << 31n : 1n << 32n);
  // After the enumeration, enumerators that do not fit an int have the type of the enumeration.
  for (const [name, { value }] of own)
    if (reading.declares && !fitsInt(value))
      scope.enumerators.set(name, { value, bits: isWide ? 64 : 32, unsigned: low >= 0n });
  return isWide;
}

/** Within the enumeration, an enumerator has type int if that holds its value, else the type of its expression. */
function inside(integer: Integer): Integer {
  return fitsInt(integer.value) ? { value: integer.value, bits: 32, unsigned: false } : integer;
}

/** The value after an enumerator, in its type. */
function following({ value, bits, unsigned }: Integer, name: CToken): Integer {
  if (value + 1n === 1n << BigInt(unsigned ? bits : bits - 1))
    throw errorAt(
      name,
      "no-constant",
      `the value before \`${name.text}\` is ${value}, which is the last of its type`,
      "give it a value",
    );
  return { value: value + 1n, bits, unsigned };
}
