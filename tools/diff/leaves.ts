/** The plain fields of a struct, however deep they are nested, by their paths in the schema, which hold in every version. */
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
  /** Where the bytes end that belong to it. */
  readonly end: number;
}

/** The struct of a record; undefined when there is no such record, or its struct is not known. */
export function structAt(image: Image, node: TreeNode | undefined): StructAt | undefined {
  const record = node?.record;
  const struct = record?.structIn(image.source);
  return record && struct && { image, struct, offset: record.offset, end: record.end };
}

const known = new WeakMap<BoundStruct, readonly Member[]>();

/**
 * Fields that are compared as they are, elements of arrays of numbers one by one: no headers of records, no padding, and no numbers of
 * objects, which carry no meaning. Of a union it is the member that tells all bytes, unless the schema says which one is meant when.
 */
export function leavesOf(struct: BoundStruct): readonly Member[] {
  let leaves = known.get(struct);
  if (!leaves) {
    const cases = Cases.of(struct);
    leaves = membersOf(struct)
      .plain.filter((member) => isCompared(member, struct) && (member.isTelling || cases?.names(member)))
      .flatMap(elementsOf);
    known.set(struct, leaves);
  }
  return leaves;
}

function isCompared({ owner, meaning }: Member, struct: BoundStruct): boolean {
  return (owner === struct || owner.entry.key !== RECORD_HEADER) && !meaning.reserved && !meaning.refers;
}

/** Formats in which an array is one value. */
const WHOLE: ReadonlySet<string | undefined> = new Set(["sigset", "mac", "ipv6"]);

function elementsOf(member: Member): Member[] {
  const { width, length, type, meaning } = member;
  if (!width || length === undefined || type === "char" || WHOLE.has(meaning.format)) return [member];
  return Array.from({ length }, (_, i) => member.element(i));
}

/** Reads a field from a window; undefined when the bytes end before it. A text is what stands before its first NUL. */
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

/** A value as people read it. Sets of signals are their names. */
export function leafText(format: ImageFormat, { path, offset, size, meaning }: Member, value: MemberValue): string {
  if (meaning.format === "sigset" && Array.isArray(value)) return signalSet(format, Uint8Array.from(value, Number));
  return valueText(format.abi, { path, offset, size, value, meaning });
}

export function signalSet(format: ImageFormat, bytes: Uint8Array): string {
  const names = signalsIn(format, bytes).map((signal) => signalName(format.abi, signal));
  return names.length === 0 ? "none" : names.join("|");
}
