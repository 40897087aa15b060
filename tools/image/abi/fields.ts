/** Where a field lies in a struct, by its path in the schema. */
import type { Abi, LayoutDescriptor, MemberDescriptor } from "../../../runtime/index.js";
import { scalar } from "../../../runtime/scalars.js";

export interface FieldPlace {
  /** In bytes from the start of the struct. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  read(view: DataView, at: number, littleEndian: boolean): number | bigint;
  /** The same as a number, which is quicker to have: what is above 2^53 is rounded. */
  readNumber(view: DataView, at: number, littleEndian: boolean): number;
}

/** A member of a struct and where it lies. */
export interface MemberPlace {
  readonly member: MemberDescriptor;
  /** In bytes from the start of the struct. */
  readonly offset: number;
}

/**
 * Finds a number by its path, e.g. `constants.task_comm_len`. Names are those of the schema, so a path holds in every version
 * although C names changed; anonymous aggregates are not named.
 *
 * @returns undefined when this layout has no such field, or when it is not a single number
 */
export function placeOf(abi: Abi, layout: LayoutDescriptor, path: string): FieldPlace | undefined {
  const found = memberAt(abi, layout, path);
  if (!found || found.member.dims || found.member.flexible) return undefined;
  const { offset, member } = found;
  const type = scalar(member.type);
  return (
    type && {
      offset,
      size: type.size,
      read: (view, at, le) => type.read(view, at + offset, le),
      readNumber: (view, at, le) => type.readNumber(view, at + offset, le),
    }
  );
}

/** Finds a member by its path, an array or an aggregate as well; within arrays of structs there are no paths. */
export function memberAt(abi: Abi, layout: LayoutDescriptor, path: string): MemberPlace | undefined {
  return find(abi, layout.members, path.split("."), 0);
}

function find(
  abi: Abi,
  members: readonly MemberDescriptor[],
  path: readonly string[],
  base: number,
): MemberPlace | undefined {
  const [first, ...rest] = path;
  for (const member of members) {
    const offset = base + member.offset;
    if (member.name === null && member.members) {
      const inner = find(abi, member.members, path, offset);
      if (inner) return inner;
    }
    if ((member.key ?? member.name) !== first) continue;
    if (rest.length === 0) return { member, offset };
    if (!member.dims && !member.flexible) return find(abi, membersOf(abi, member), rest, offset);
  }
  return undefined;
}

function membersOf(abi: Abi, { type, members }: MemberDescriptor): readonly MemberDescriptor[] {
  if (members) return members;
  return type.startsWith("struct ") ? abi.describe(type.slice("struct ".length)).layout.members : [];
}
