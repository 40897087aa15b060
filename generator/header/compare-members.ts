/** Compares the members of one struct: names, order, types, nested aggregates. */
import { pairUp } from "../../runtime/comparison.js";
import type { Abi, Field, Member } from "../model.js";
import type { AggregatePlace, HeaderDifference } from "./difference.js";
import type { HeaderMember, HeaderType, SourcePlace } from "./model.js";
import { native, widthOf } from "./types.js";

/** Context for the structs of one architecture. */
export interface MemberContext {
  readonly abi: Abi;
  /** Whether to report likely renames as such. */
  readonly wantsRenames: boolean;
  /** Tags in the schema by the tag in the headers. */
  readonly tags: ReadonlyMap<string, string>;
}

type Pair = readonly [member: Member, header: HeaderMember];

export function compareMembers(
  at: AggregatePlace,
  members: readonly Member[],
  headers: readonly HeaderMember[],
  place: SourcePlace,
  context: MemberContext,
): HeaderDifference[] {
  const named = pairByName(members, headers);
  const renames = context.wantsRenames
    ? pairByPlace(members, headers, named).filter(([member, header]) => sameType(member, header, context))
    : [];
  const matched = [...named, ...renames];
  const bySchema = new Map(matched);
  const byHeader = new Map(matched.map(([member, header]) => [header, member]));
  const differences: HeaderDifference[] = [];

  for (const member of members)
    if (!bySchema.has(member))
      differences.push({ kind: "field-removed", at, field: member.field, name: nameOf(member), place });
  let after: Field | undefined;
  const order = headers.map((header) => byHeader.get(header)?.field.key ?? header.name ?? "");
  for (const header of headers) {
    const member = byHeader.get(header);
    if (!member) differences.push({ kind: "field-added", at, member: header, ...(after && { after }), order });
    else after = member.field;
  }
  for (const [member, header] of renames)
    differences.push({ kind: "field-renamed", at, field: member.field, name: nameOf(member), member: header });
  for (const header of headers) {
    const member = byHeader.get(header);
    if (member) differences.push(...compareType(at, member, header, context));
  }

  const was = members.filter((member) => bySchema.has(member));
  const now = headers.flatMap((header) => byHeader.get(header) ?? []);
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

/** Pairs members by name, and anonymous aggregates by kind and order. */
function pairByName(members: readonly Member[], headers: readonly HeaderMember[]): readonly Pair[] {
  const marks = new Map<Member | HeaderMember, string>();
  for (const list of [members, headers]) {
    const count = new Map<string, number>();
    for (const member of list) {
      const { name, type } = member;
      const index = count.get(type.kind) ?? 0;
      marks.set(member, name ?? `\0${type.kind}${index}`);
      if (name === null) count.set(type.kind, index + 1);
    }
  }
  return pairUp(members, headers, (member) => marks.get(member)).both;
}

/** Pairs named members at the same place between the same neighbours: they are likely to be renamed. The caller compares their types. */
function pairByPlace(
  members: readonly Member[],
  headers: readonly HeaderMember[],
  named: readonly Pair[],
): readonly Pair[] {
  const pairNumbers = new Map(named.flatMap((pair, number) => pair.map((member) => [member, number] as const)));
  const places = new Map<unknown, string>([members, headers].flatMap((list) => placesBetween(list, pairNumbers)));
  return pairUp(members, headers, (member) => (member.name === null ? undefined : places.get(member))).both;
}

/** For each unpaired member: the pair before it, and its index and the number of members in the gap, which must be equal to be paired. */
function placesBetween(
  list: readonly (Member | HeaderMember)[],
  pairNumbers: ReadonlyMap<unknown, number>,
): [member: Member | HeaderMember, place: string][] {
  const gaps = new Map<number, (Member | HeaderMember)[]>();
  let previous = -1;
  for (const member of list) {
    const number = pairNumbers.get(member);
    if (number === undefined) gaps.set(previous, [...(gaps.get(previous) ?? []), member]);
    else previous = number;
  }
  return [...gaps].flatMap(([pair, gap]) =>
    gap.map((member, index): [Member | HeaderMember, string] => [member, `${pair}: ${index} of ${gap.length}`]),
  );
}

function compareType(
  at: AggregatePlace,
  member: Member,
  header: HeaderMember,
  context: MemberContext,
): HeaderDifference[] {
  const { type, field } = member;
  if ((type.kind === "struct" || type.kind === "union") && header.type.kind === type.kind) {
    const inside = { ...at, inside: [...at.inside, field] };
    const inner = compareMembers(inside, type.members, header.type.members, header.place, context);
    if (sameDims(member, header)) return inner;
  } else if (sameType(member, header, context)) return [];
  const [was, now] = [describeMember(member, context.abi), describeHeader(header)];
  return [{ kind: "type-changed", at, field, name: nameOf(member), member: header, was, now }];
}

function sameType(member: Member, header: HeaderMember, context: MemberContext): boolean {
  if (!sameDims(member, header)) return false;
  const { type } = member;
  if (type.kind === "scalar") return header.type.kind === "scalar" && sameScalar(member, header.type);
  if (type.kind === "reference") {
    const tag = header.type.kind === "reference" ? header.type.tag : undefined;
    const name = type.struct.names.at(context.abi) ?? type.struct.key;
    return tag === name || (tag !== undefined && context.tags.get(tag) === name);
  }
  return (
    header.type.kind === type.kind &&
    type.members.length === header.type.members.length &&
    type.members.every((inner, index) => {
      const other = (header.type as { members: readonly HeaderMember[] }).members[index] as HeaderMember;
      return inner.name === other.name && sameType(inner, other, context);
    })
  );
}

function sameScalar({ type, field }: Member, header: Extract<HeaderType, { kind: "scalar" }>): boolean {
  if (type.kind !== "scalar") return false;
  const { scalar } = type;
  if (scalar === header.scalar) return true;
  const sameWidth = widthOf(scalar) === widthOf(header.scalar);
  // The schema may deliberately declare another type than C, such as the bit pattern of a `double`.
  if (sameWidth && (field.c === header.c || header.c.startsWith("enum "))) return true;
  // C types have no byte order. Where a header states one, it must match.
  return /^[bl]e/.test(scalar) && native(scalar) === header.scalar;
}

function sameDims(member: Member, header: HeaderMember): boolean {
  const ours = member.flexible ? [0, ...member.dims] : member.dims;
  return ours.length === header.dims.length && ours.every((dim, index) => header.dims[index]?.value === dim);
}

/** A member in the schema as text: `u32[16]`. */
export function describeMember({ type, dims, flexible }: Member, abi: Abi): string {
  const base =
    type.kind === "scalar"
      ? type.scalar
      : type.kind === "reference"
        ? (type.struct.names.at(abi) ?? type.struct.key)
        : type.kind;
  return base + (flexible ? "[]" : "") + dims.map((dim) => `[${dim}]`).join("");
}

/** A member in a header as text: `u32[16]`. */
export function describeHeader({ type, dims }: HeaderMember): string {
  const base = type.kind === "scalar" ? type.scalar : type.kind === "reference" ? type.tag : type.kind;
  return base + dims.map(({ value }) => `[${value || ""}]`).join("");
}
