/** The lines of a struct's table, without widths and colours: members in order, nested ones indented, and the holes. */

import type { Padding } from "../../../abi/padding.js";
import type { ShownMember } from "../../../abi/show.js";
import { counted } from "../../../words.js";

interface Text {
  /** Level of indentation. */
  readonly depth: number;
  /** Text before the name: the type, or a brace. */
  readonly before: string;
  readonly name: string;
  /** Text after the name: array lengths and the semicolon. */
  readonly after: string;
}

export type Row = Text &
  (
    | { readonly kind: "open" }
    | { readonly kind: "hole" }
    | {
        readonly kind: "value" | "close";
        readonly member: ShownMember;
        /** Offset in bytes from the start of the outermost struct. */
        readonly offset: number;
      }
  );

export function memberRows(
  members: readonly ShownMember[],
  padding: readonly Padding[],
  base = 0,
  depth = 1,
  trailing = false,
): Row[] {
  const rows = members.flatMap((member): Row[] => {
    const hole = padding.find((gap) => "before" in gap && gap.offset + gap.size === member.offset);
    return [...(hole ? [gapRow(hole.size, "hole", depth)] : []), ...ownRows(member, base, depth)];
  });
  const tail = trailing ? padding.find((gap) => "trailing" in gap) : undefined;
  return tail ? [...rows, gapRow(tail.size, "padding", depth)] : rows;
}

function ownRows(member: ShownMember, base: number, depth: number): Row[] {
  const offset = base + member.offset;
  const after = `${(member.flexible ? [""] : (member.dims ?? [])).map((dim) => `[${dim}]`).join("")};`;
  if (!("kind" in member))
    return [{ kind: "value", depth, before: member.c, name: member.name ?? "", after, member, offset }];
  return [
    { kind: "open", depth, before: `${member.kind} {`, name: "", after: "" },
    ...memberRows(member.members, member.padding ?? [], offset, depth + 1, true),
    { kind: "close", depth, before: member.name === null ? "}" : "} ", name: member.name ?? "", after, member, offset },
  ];
}

function gapRow(size: number, what: string, depth: number): Row {
  const before = `/* XXX ${counted(size, "byte")} ${what} */`;
  return { kind: "hole", depth, before, name: "", after: "" };
}
