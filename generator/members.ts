/** The members of a struct in one list, with those of the aggregates nested in it. */
import type { LaidMember, Layout } from "./layout.js";

export interface PlacedMember {
  /** C names from the struct on, `tcp.rcv_nxt`; the schema's key where a member is anonymous. */
  readonly path: string;
  /** Keys of the schema from the struct on. */
  readonly keys: string;
  /** In bytes from the start of the struct. */
  readonly offset: number;
  readonly member: LaidMember;
}

/** Layouts are shared by many versions. */
const known = new WeakMap<Layout, readonly PlacedMember[]>();

/** All that a struct defines itself, an aggregate before what is in it. The members of structs with a name of their own are theirs. */
export function membersOf(layout: Layout): readonly PlacedMember[] {
  const members = known.get(layout) ?? placed(layout, 0, "", "");
  known.set(layout, members);
  return members;
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
