/** Detects layouts that the schema cannot express: packed structs, and types with less alignment than in C. */
import type { Arch } from "../model.js";
import { type ExtentOf, type HeaderAggregate, type HeaderLayout, layOutHeader } from "./layout.js";
import type { HeaderMember, HeaderType } from "./model.js";

/** Whether the layout of a struct is the same without its unusual attributes. */
export function isPlain(aggregate: HeaderAggregate, arch: Arch, extentOf: ExtentOf): boolean {
  return sameLayout(aggregate, plainAggregate(aggregate), arch, extentOf);
}

/** The attributes that change the layout, outermost first: a member, or undefined for the struct itself. */
export function unusual(
  aggregate: HeaderAggregate,
): { readonly member?: HeaderMember; readonly packed: boolean } | undefined {
  if (aggregate.packed) return { packed: true };
  for (const member of aggregate.members) {
    const { type, packed, typeAlign } = member;
    if (packed) return { member, packed };
    const inside = isAggregate(type) ? unusual(type) : undefined;
    if (inside) return { member: inside.member ?? member, packed: inside.packed };
    if (typeAlign !== undefined) return { member, packed: false };
  }
  return undefined;
}

function plainAggregate<T extends HeaderAggregate>(aggregate: T): T {
  return { ...aggregate, packed: false, members: aggregate.members.map(plainMember) };
}

function plainMember(member: HeaderMember): HeaderMember {
  const { typeAlign: _, type, ...rest } = member;
  return { ...rest, packed: false, aligned: alignedOf(member), type: isAggregate(type) ? plainAggregate(type) : type };
}

/** The `aligned` that a member needs in the schema, in bytes; 0 for none. */
export function alignedOf({ aligned, typeAlign = 0 }: Pick<HeaderMember, "aligned" | "typeAlign">): number {
  return Math.max(aligned, typeAlign);
}

function sameLayout(a: HeaderAggregate, b: HeaderAggregate, arch: Arch, extentOf: ExtentOf, isInside = false): boolean {
  const [one, other] = [a, b].map((aggregate) => layOutHeader(aggregate, arch, extentOf)) as [
    HeaderLayout,
    HeaderLayout,
  ];
  return (
    one.size === other.size &&
    // Alignment of nested aggregates shows in the offsets around them.
    (isInside || one.align === other.align) &&
    one.offsets.every((offset, index) => offset === other.offsets[index]) &&
    a.members.every(({ type }, index) => {
      const partner = b.members[index]?.type;
      return (
        !isAggregate(type) ||
        (partner !== undefined && isAggregate(partner) && sameLayout(type, partner, arch, extentOf, true))
      );
    })
  );
}

function isAggregate(type: HeaderType): type is Extract<HeaderType, { kind: "struct" | "union" }> {
  return type.kind === "struct" || type.kind === "union";
}
