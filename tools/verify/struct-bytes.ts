/** The bytes of a struct: its single fields, including nested ones, and the bytes that belong to none. */
import { type BoundStruct, type Member, type Members, membersOf } from "../../runtime/index.js";

interface Gap {
  readonly offset: number;
  readonly size: number;
}

interface StructBytes {
  readonly fields: readonly Member[];
  /** Bytes between and after the members, except those of a flexible array. */
  readonly gaps: readonly Gap[];
  /** Bytes at the end of the record that no element of a flexible array reaches, because the array begins within the struct's own padding. */
  readonly slack: number;
}

const known = new WeakMap<BoundStruct, StructBytes>();

export function structBytes(struct: BoundStruct): StructBytes {
  let bytes = known.get(struct);
  if (!bytes) {
    const members = membersOf(struct);
    const { size } = members;
    const isForeign = struct.entry.descriptor.external !== undefined;
    const slack = members.tail ? size - members.tail.offset : 0;
    bytes = { fields: members.plain, gaps: isForeign ? [] : gapsIn(members, size - slack), slack };
    known.set(struct, bytes);
  }
  return bytes;
}

/** @param size number of bytes before a flexible array */
function gapsIn({ all }: Members, size: number): Gap[] {
  const covered = new Uint8Array(size);
  for (const member of all) if (isCovering(member)) covered.fill(1, member.offset, member.offset + member.size);
  const gaps: Gap[] = [];
  for (let start = covered.indexOf(0); start >= 0; ) {
    const end = covered.indexOf(1, start);
    gaps.push({ offset: start, size: (end < 0 ? size : end) - start });
    start = end < 0 ? -1 : covered.indexOf(0, end);
  }
  return gaps;
}

/**
 * Whether all bytes of a member count as fields. In a union, bytes outside the members are not checked; in foreign structs the padding is not known.
 */
function isCovering({ width, type, arms, struct }: Member): boolean {
  return width !== undefined || type === "union" || arms.length > 0 || struct?.entry.descriptor.external !== undefined;
}
