/** Reads structs and unions with their members. */
import { spellingAt, together } from "../attributes.js";
import { BrokenHeader } from "../broken.js";
import type { HeaderMember } from "../model.js";
import { type CToken, placeOf } from "../tokens.js";
import { attributesAt } from "./constants.js";
import { deriveType, readDeclarator } from "./declarator.js";
import { type DeclarationReader, errorAt } from "./reading.js";
import { skipAside } from "./skip.js";
import { type Typed, type TypeReading, usable, usableAttributes } from "./typed.js";

/** Reads a `struct` or `union` specifier, with attributes and body. */
export function readAggregate(reading: DeclarationReader): {
  readonly resolved: TypeReading;
  readonly isAnonymous: boolean;
} {
  const { cursor, scope } = reading;
  const kind = cursor.next()?.text === "union" ? "union" : "struct";
  const before = attributesAt(reading);
  const tag = cursor.token?.kind === "name" ? cursor.next() : undefined;
  const reference = (name: CToken): Typed => ({
    type: { kind: "reference", c: `${kind} ${name.text}`, tag: name.text },
    dims: [],
  });
  if (cursor.text !== "{") {
    if (!tag) throw cursor.unexpected(cursor.at, "a name or `{`");
    if (cursor.token?.kind === "name" && cursor.ahead(1)?.text === "{") throw cursor.unexpected(cursor.at, "`{`");
    return { resolved: reference(tag), isAnonymous: false };
  }
  const members = reading.deeper(() => readMembers(reading));
  // After the body, `[[…]]` no longer applies to the struct.
  const attributes = together(before, attributesAt(reading, "gnu"));
  const { packed } = usableAttributes(attributes);
  const aligned = attributes.latest;
  if (!tag) return { resolved: { type: { kind, members, aligned, packed }, dims: [] }, isAnonymous: true };
  if (reading.declares) scope.addStruct({ kind, tag: tag.text, members, aligned, packed, place: placeOf(tag) });
  return { resolved: reference(tag), isAnonymous: false };
}

function readMembers(reading: DeclarationReader): HeaderMember[] {
  const { cursor } = reading;
  cursor.expect("{");
  const members: HeaderMember[] = [];
  while (!cursor.take("}")) {
    if (cursor.take(";") || skipAside(cursor)) continue;
    for (const member of readMember(reading)) members.push(member);
  }
  const seen = new Set<string>();
  for (const { name, place } of members) {
    if (name !== null && seen.has(name))
      throw new BrokenHeader(place, "duplicate-name", `two members are called \`${name}\``);
    if (name !== null) seen.add(name);
  }
  return members;
}

/** The members of one declaration: `__u32 a, b[2];`. */
function readMember(reading: DeclarationReader): HeaderMember[] {
  const { cursor } = reading;
  const { first, resolved, attributes, alignas, isAnonymous } = reading.specifiers();
  if (cursor.text === ";" || cursor.text === "}") {
    cursor.take(";");
    // A struct with a tag and without a declarator declares only the type, and no member.
    if (!isAnonymous) return [];
    return [{ name: null, ...memberType(resolved), ...usableAttributes(alignas), place: placeOf(first) }];
  }
  const members: HeaderMember[] = [];
  do {
    const declarator = readDeclarator(reading, attributes);
    if (cursor.text === ":")
      throw errorAt(
        cursor.token as CToken,
        "bitfield",
        "a bit field is not allowed in an image: compilers and byte orders arrange its bits differently",
        "declare an integer and name the bits with an enumeration",
      );
    if (!declarator.name) throw cursor.unexpected(cursor.at, "the name of a member");
    members.push({
      name: declarator.name.text,
      ...memberType(deriveType(reading, resolved, declarator)),
      ...usableAttributes(declarator.attributes),
      place: placeOf(declarator.name),
    });
    if (cursor.text !== ",") break;
    cursor.next();
    // GCC allows attributes only before the first declarator.
    if (spellingAt(cursor) === "gnu") throw cursor.unexpected(cursor.at, "the name of a member");
  } while (cursor.token);
  // Compilers warn about a missing last `;`, and continue.
  if (cursor.text !== "}") cursor.expect(";");
  return members;
}

function memberType(resolved: TypeReading): Pick<HeaderMember, "type" | "dims" | "typeAlign"> {
  const { type, dims, typeAlign } = usable(resolved);
  return { type, dims, ...(typeAlign !== undefined && { typeAlign }) };
}
