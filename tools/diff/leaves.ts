/** The plain fields of a struct at any depth, by their paths in the schema, which hold in every version. */
import { RECORD_HEADER } from "../../runtime/image-text.js";
import { type BoundStruct, type Member, type MemberValue, membersOf, readMember } from "../../runtime/index.js";
import { Cases } from "../image/abi/cases.js";
import type { ImageFormat } from "../image/abi/format.js";
import type { Image } from "../image/image.js";
import type { TreeNode } from "../image/tree.js";
import { signalName, signalsIn } from "../model/signals.js";
import { valueText } from "../records/value-text.js";

/** A struct somewhere in an image. */
export interface StructAt {
  readonly image: Image;
  readonly struct: BoundStruct;
  readonly offset: number;
  /** Offset at which the bytes of the struct end. */
  readonly end: number;
}

/** The struct of a record; undefined if there is no record, or its struct is not known. */
export function structAt(image: Image, node: TreeNode | undefined): StructAt | undefined {
  const record = node?.record;
  const struct = record?.structIn(image.source);
  return record && struct && { image, struct, offset: record.offset, end: record.end };
}

const known = new WeakMap<BoundStruct, readonly Member[]>();

/**
 * The fields of a struct to compare, with one member per element of an array of numbers. Excludes record headers, padding, and object numbers, which
 * have no meaning. A union is represented by the member that determines all its bytes, and by the members that cases of the schema name.
 */
export function comparedMembers(struct: BoundStruct): readonly Member[] {
  let leaves = known.get(struct);
  if (!leaves) {
    const cases = Cases.of(struct);
    leaves = membersOf(struct)
      .plain.filter((member) => isCompared(member, struct) && (member.isTelling || cases?.names(member)))
      .flatMap(elementMembers);
    known.set(struct, leaves);
  }
  return leaves;
}

function isCompared({ owner, meaning }: Member, struct: BoundStruct): boolean {
  return (owner === struct || owner.entry.key !== RECORD_HEADER) && !meaning.reserved && !meaning.refers;
}

/** Formats in which an array is one value. */
const WHOLE: ReadonlySet<string | undefined> = new Set(["sigset", "mac", "ipv6"]);

function elementMembers(member: Member): Member[] {
  const { width, length, type, meaning } = member;
  if (!width || length === undefined || type === "char" || WHOLE.has(meaning.format)) return [member];
  return Array.from({ length }, (_, i) => member.element(i));
}

/** Reads a field from a window; undefined if the bytes end before it. A text ends at its first NUL. */
export function leafValue(
  { littleEndian }: ImageFormat,
  leaf: Member,
  view: DataView,
  start: number,
  end: number,
): MemberValue | undefined {
  const value = readMember(leaf, view, start, littleEndian, end);
  return typeof value === "string" ? value.split("\0", 1)[0] : value;
}

/** A value as text. Signal sets are given by names. */
export function leafText(format: ImageFormat, { path, offset, size, meaning }: Member, value: MemberValue): string {
  if (meaning.format === "sigset" && Array.isArray(value)) return signalSet(format, Uint8Array.from(value, Number));
  return valueText(format.abi, { path, offset, size, value, meaning });
}

export function signalSet(format: ImageFormat, bytes: Uint8Array): string {
  const names = signalsIn(format, bytes).map((signal) => signalName(format.abi, signal));
  return names.length === 0 ? "none" : names.join("|");
}
