/** Members of one struct: names, order, types, nested aggregates. */
import type { Abi, Field, Member } from "../model.js";
import type { Aggregate, Difference } from "./difference.js";
import type { HeaderMember, HeaderType, Place } from "./model.js";
import { native, widthOf } from "./types.js";

export interface Renamed {
  /** Whether what looks like another name for the same is taken for that. */
  readonly wanted: boolean;
  /** By the tag in the headers, the one that the schema has. */
  readonly tags: ReadonlyMap<string, string>;
}

interface Pair {
  readonly member: Member;
  readonly header: HeaderMember;
}

export function compareMembers(
  at: Aggregate,
  members: readonly Member[],
  headers: readonly HeaderMember[],
  abi: Abi,
  renamed: Renamed,
  place: Place,
): Difference[] {
  const pairs = pairUp(members, headers);
  const renames =
    renamed.wanted && pairs.length < Math.min(members.length, headers.length)
      ? findRenames(members, headers, pairs, abi, renamed)
      : [];
  const matched = [...pairs, ...renames];
  const bySchema = new Map(matched.map((pair) => [pair.member, pair]));
  const byHeader = new Map(matched.map((pair) => [pair.header, pair]));
  const differences: Difference[] = [];

  for (const member of members)
    if (!bySchema.has(member))
      differences.push({ kind: "field-removed", at, field: member.field, name: nameOf(member), place });
  let after: Field | undefined;
  const order = headers.map((header) => byHeader.get(header)?.member.field.key ?? header.name ?? "");
  for (const header of headers) {
    const pair = byHeader.get(header);
    if (!pair) differences.push({ kind: "field-added", at, member: header, ...(after && { after }), order });
    else after = pair.member.field;
  }
  for (const { member, header } of renames)
    differences.push({ kind: "field-renamed", at, field: member.field, name: nameOf(member), member: header });
  for (const { member, header } of headers.flatMap((header) => byHeader.get(header) ?? []))
    differences.push(...compareType(at, member, header, abi, renamed));

  const was = members.filter((member) => bySchema.has(member));
  const now = headers.flatMap((header) => byHeader.get(header)?.member ?? []);
  if (was.some((member, index) => now[index] !== member))
    differences.push({
      kind: "order-changed",
      at,
      was: was.map(nameOf),
      now: now.map(nameOf),
      order,
      place: headers[firstDifference(was, now)]?.place ?? place,
    });
  return differences;
}

function firstDifference(a: readonly unknown[], b: readonly unknown[]): number {
  return a.findIndex((item, index) => b[index] !== item);
}

function nameOf(member: Member): string {
  return member.name ?? `(${member.field.key})`;
}

/** By name; anonymous aggregates by kind and order. */
function pairUp(members: readonly Member[], headers: readonly HeaderMember[]): Pair[] {
  const count = new Map<string, number>();
  const keyed = (name: string | null, kind: string) => {
    if (name !== null) return name;
    const index = count.get(kind) ?? 0;
    count.set(kind, index + 1);
    return `\0${kind}${index}`;
  };
  const byKey = new Map(members.map((member) => [keyed(member.name, member.type.kind), member]));
  count.clear();
  return headers.flatMap((header) => {
    const member = byKey.get(keyed(header.name, header.type.kind));
    return member ? [{ member, header }] : [];
  });
}

/** What stands at the same place between the same neighbours and has the same type is likely to be the same under a new name. */
function findRenames(
  members: readonly Member[],
  headers: readonly HeaderMember[],
  pairs: readonly Pair[],
  abi: Abi,
  renamed: Renamed,
): Pair[] {
  const partner = new Map<unknown, Member>(
    pairs.flatMap(({ member, header }) => [
      [header, member],
      [member, member],
    ]),
  );
  const gaps = <T>(list: readonly T[]): Map<Member | undefined, T[]> => {
    const found = new Map<Member | undefined, T[]>();
    let previous: Member | undefined;
    for (const item of list) {
      const known = partner.get(item);
      if (known) previous = known;
      else found.set(previous, [...(found.get(previous) ?? []), item]);
    }
    return found;
  };
  const gone = gaps(members);
  return [...gaps(headers)].flatMap(([previous, added]) => {
    const candidates = gone.get(previous) ?? [];
    // With another number of members nothing tells which is which.
    if (candidates.length !== added.length) return [];
    return candidates.flatMap((member, index) => {
      const header = added[index] as HeaderMember;
      const isNamed = member.name !== null && header.name !== null;
      return isNamed && sameType(member, header, abi, renamed) ? [{ member, header }] : [];
    });
  });
}

function compareType(at: Aggregate, member: Member, header: HeaderMember, abi: Abi, renamed: Renamed): Difference[] {
  const { type, field } = member;
  if ((type.kind === "struct" || type.kind === "union") && header.type.kind === type.kind) {
    const inside = { ...at, inside: [...at.inside, field] };
    const inner = compareMembers(inside, type.members, header.type.members, abi, renamed, header.place);
    if (sameDims(member, header)) return inner;
  } else if (sameType(member, header, abi, renamed)) return [];
  const [was, now] = [describeMember(member, abi), describeHeader(header)];
  return [{ kind: "type-changed", at, field, name: nameOf(member), member: header, was, now }];
}

function sameType(member: Member, header: HeaderMember, abi: Abi, renamed: Renamed): boolean {
  if (!sameDims(member, header)) return false;
  const { type } = member;
  if (type.kind === "scalar") return header.type.kind === "scalar" && sameScalar(member, header.type);
  if (type.kind === "reference") {
    const tag = header.type.kind === "reference" ? header.type.tag : undefined;
    const name = type.struct.names.at(abi) ?? type.struct.key;
    return tag === name || (tag !== undefined && renamed.tags.get(tag) === name);
  }
  return (
    header.type.kind === type.kind &&
    type.members.length === header.type.members.length &&
    type.members.every((inner, index) => {
      const other = (header.type as { members: readonly HeaderMember[] }).members[index] as HeaderMember;
      return inner.name === other.name && sameType(inner, other, abi, renamed);
    })
  );
}

function sameScalar({ type, field }: Member, header: Extract<HeaderType, { kind: "scalar" }>): boolean {
  if (type.kind !== "scalar") return false;
  const { scalar } = type;
  if (scalar === header.scalar) return true;
  const sameWidth = widthOf(scalar) === widthOf(header.scalar);
  // The schema reads the type otherwise than C declares it, and says so: `double` as its bit pattern.
  if (sameWidth && (field.c === header.c || header.c.startsWith("enum "))) return true;
  // C has one type for all byte orders; where a header says one, it counts.
  return /^[bl]e/.test(scalar) && native(scalar) === header.scalar;
}

function sameDims(member: Member, header: HeaderMember): boolean {
  const ours = member.flexible ? [0, ...member.dims] : member.dims;
  return ours.length === header.dims.length && ours.every((dim, index) => header.dims[index]?.value === dim);
}

/** `u32[16]` as the schema has it. */
export function describeMember({ type, dims, flexible }: Member, abi: Abi): string {
  const base =
    type.kind === "scalar"
      ? type.scalar
      : type.kind === "reference"
        ? (type.struct.names.at(abi) ?? type.struct.key)
        : type.kind;
  return base + (flexible ? "[]" : "") + dims.map((dim) => `[${dim}]`).join("");
}

/** The same of a header's member. */
export function describeHeader({ type, dims }: HeaderMember): string {
  const base = type.kind === "scalar" ? type.scalar : type.kind === "reference" ? type.tag : type.kind;
  return base + dims.map(({ value }) => `[${value || ""}]`).join("");
}
