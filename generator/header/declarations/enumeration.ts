/** Enumerations, whose enumerators are numbers of the headers. */
import { together } from "../attributes.js";
import type { Token } from "../tokens.js";
import { placeOf } from "../tokens.js";
import { enumType } from "../types.js";
import { attributesAt, readConstant } from "./constants.js";
import { errorAt, type Reading } from "./reading.js";
import { readSpecifiers } from "./specifiers.js";
import type { Resolved } from "./typed.js";

/** Reads `enum` with all that belongs to it. */
export function readEnumeration(reading: Reading): Resolved {
  const { cursor, scope } = reading;
  const keyword = cursor.next() as Token;
  const before = attributesAt(reading);
  const tag = cursor.token?.kind === "name" ? cursor.next() : undefined;
  const c = `enum ${tag?.text ?? ""}`.trim();
  const underlying = cursor.text === ":" ? cursor.token : undefined;
  if (underlying) {
    cursor.next();
    reading.deeper(() => readSpecifiers(reading));
  }
  if (cursor.text !== "{") {
    if (!tag) throw cursor.unexpected(cursor.at, "a name or `{`");
    return scope.enums.get(tag.text) ?? { type: enumType(c), dims: [] };
  }
  const isWide = readEnumerators(reading, tag?.text ?? "");
  const { aligned, packed, refused } = together(before, attributesAt(reading));
  let resolved: Resolved = {
    type: enumType(c, isWide ? 64 : 32),
    dims: [],
    ...(aligned > 0 && { typeAlign: aligned }),
  };
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

/** Whether a value needs more than 32 bits. */
function readEnumerators(reading: Reading, tag: string): boolean {
  const { cursor, scope } = reading;
  const group = `enum ${++scope.enumerations}`;
  let next = 0n;
  let low = 0n;
  let high = 0n;
  cursor.expect("{");
  while (!cursor.take("}")) {
    const name = cursor.token;
    if (name?.kind !== "name") throw cursor.unexpected(cursor.at, "the name of an enumerator");
    cursor.next();
    attributesAt(reading);
    const value = cursor.take("=") ? readConstant(reading) : next;
    if (reading.declares)
      scope.addEnumerator({ name: name.text, value, kind: "enumerator", tag, group, place: placeOf(name) });
    next = value + 1n;
    if (value < low) low = value;
    if (value > high) high = value;
    if (cursor.text !== "}" && !cursor.take(",")) throw cursor.unexpected(cursor.at, "`,` or `}`");
  }
  return low < -(1n << 31n) || high >= (low < 0n ? 1n << 31n : 1n << 32n);
}
