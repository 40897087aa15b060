/** The members of a struct as a list, including those of nested aggregates. */
import type { LaidMember, Layout } from "./layout.js";
import type { Field, Struct } from "./model.js";

export interface PlacedMember {
  /** C names from the struct down: `tcp.rcv_nxt`; the schema's key where a member is anonymous. */
  readonly path: string;
  /** Keys of the schema from the struct down. */
  readonly keys: string;
  /** Offset from the start of the struct, in bytes. */
  readonly offset: number;
  readonly member: LaidMember;
}

/** Cached, because many versions share a layout. */
const known = new WeakMap<Layout, readonly PlacedMember[]>();

/** All members that a struct defines itself; an aggregate precedes its members. Members of nested structs with their own name are not included. */
export function layoutMembers(layout: Layout): readonly PlacedMember[] {
  const members = known.get(layout) ?? placed(layout, 0, "", "");
  known.set(layout, members);
  return members;
}

/** Paths of all members, in order. */
export function memberPaths(layout: Layout): string[] {
  return layoutMembers(layout).map(({ path }) => path);
}

export interface NestedStruct {
  readonly path: string;
  readonly field: Field;
  readonly struct: Struct;
  readonly layout: Layout;
}

/** The structs with their own name that a struct contains directly, with the members that hold them. */
export function nestedStructs(layout: Layout): NestedStruct[] {
  return layoutMembers(layout).flatMap(({ path, member: { field, type } }) =>
    type.kind === "reference" ? [{ path, field, struct: type.struct, layout: type.layout }] : [],
  );
}

function placed(layout: Layout, base: number, outerPath: string, outerKeys: string): PlacedMember[] {
  return layout.members.flatMap((member) => {
    const { name, field, type } = member;
    const path = outerPath + (name ?? field.key);
    const keys = outerKeys + field.key;
    const offset = base + member.offset;
    const isNested = type.kind === "struct" || type.kind === "union";
    const inner = isNested ? placed(type.layout, offset, `${path}.`, `${keys}.`) : [];
    return [{ path, keys, offset, member }, ...inner];
  });
}
