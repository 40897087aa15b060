/** Bytes of a struct that no member covers. */
import type { MemberDescriptor } from "../../runtime/index.js";

export type Padding = {
  /** Offset in bytes from the start of the aggregate. */
  readonly offset: number;
  readonly size: number;
} & (
  | {
      /** The member after the hole, or `(anonymous union)` and the like. */
      readonly before: string;
    }
  | { readonly trailing: true }
);

/** Holes between the members of a struct, and bytes after the last one. Members of a union overlap, so a union has only the latter. */
export function paddingOf(kind: "struct" | "union", members: readonly MemberDescriptor[], size: number): Padding[] {
  const padding: Padding[] = [];
  let end = 0;
  for (const member of members) {
    if (kind === "struct" && member.offset > end)
      padding.push({ offset: end, size: member.offset - end, before: member.name ?? `(anonymous ${member.type})` });
    end = Math.max(end, member.offset + member.size);
  }
  if (size > end) padding.push({ offset: end, size: size - end, trailing: true });
  return padding;
}
