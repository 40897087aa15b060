/** Addresses in the reference, which has a page for each struct with all its layouts. */
import type { Abi, BoundStruct, Member } from "../../runtime/index.js";

/** Address of a struct in the layout of a version on an architecture, from the root of the reference. */
export function structLink(struct: BoundStruct, abi: Abi, field?: string): string {
  const { descriptor } = struct.entry;
  const page = ["structs", descriptor.family, descriptor.key].filter(Boolean).join("/");
  return `${page}.html#${abi.name}${field === undefined ? "" : `/${field}`}`;
}

/** Address of a member at the struct that describes it. */
export function memberLink(member: Member, struct: BoundStruct, abi: Abi): string {
  return member.isForeign ? structLink(struct, abi, member.path) : structLink(member.owner, abi, member.ownPath);
}

export function recordLink(name: string): string {
  return `records/${name}.html`;
}

export function enumLink(name: string): string {
  return `enums/${name}.html`;
}
