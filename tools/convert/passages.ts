/**
 * Records that nothing happens to on the whole way, except that their fields move, their type gets another number, or the objects that they refer to
 * do. What happens to such records follows from their type and their place, so it is computed once and done without reading them as values.
 */
import { type BoundStruct, membersOf } from "../../runtime/index.js";
import { type Scalar, scalar } from "../../runtime/scalars.js";
import { Cases } from "../image/abi/cases.js";
import { HEADER_SIZE, type ImageFormat, type RecordKind } from "../image/abi/format.js";
import { kernelSizes } from "../image/abi/kernel-sizes.js";
import type { Image } from "../image/image.js";
import { TreeNode } from "../image/tree.js";
import { structBytes } from "../verify/struct-bytes.js";
import { KeyedCodec, type Leaf } from "../write/keyed-codec.js";
import { MemorySink } from "../write/sink.js";
import { ImageWriter } from "../write/writer.js";
import type { Chain } from "./chain.js";
import type { Trigger } from "./field-rule.js";
import type { Identity } from "./identity.js";
import type { Node, RecordNode } from "./nodes.js";
import { isSameStruct } from "./padding.js";
import type { References } from "./references.js";

/** A range of bytes of a struct, and where it is in the struct of the result. */
interface Move {
  readonly from: number;
  readonly to: number;
  readonly size: number;
}

/** A field with an object number: its offsets in the image and in the result. */
interface Reference {
  readonly from: number;
  readonly to: number;
}

/** A number in a struct that decides whether more happens to the record. */
interface Guard {
  readonly offset: number;
  readonly width: Scalar;
  isHit(value: number | bigint): boolean;
}

/** What happens to all records of a type at a place of the grammar. */
export interface Passage {
  /** Type number in the result. */
  readonly number: number;
  /** Numbers in the struct; a record with one of the values that a guard hits has no passage. */
  readonly guards: readonly Guard[];
  /** Bytes of the struct in the image. */
  readonly size: number;
  /** The struct of the result with its constants and defaults, and the moves of the fields into it; undefined if it is the same struct. */
  readonly moved: { readonly blank: Uint8Array; readonly moves: readonly Move[] } | undefined;
  readonly references: readonly Reference[];
}

/** What a conversion consists of, as far as it decides what happens to a record. */
export interface PassageContext {
  readonly image: Image;
  readonly format: ImageFormat;
  readonly chain: Chain;
  readonly identity: Identity;
  readonly references: References;
}

export class Passages {
  /** By the number of the role; null if nodes with that role need more. */
  private readonly byRole: (Passage | "rule" | null | undefined)[] = [];
  /** By row: whether the record, or all records of the rule, have a passage. */
  private readonly isPlain: Uint8Array;

  constructor(
    private readonly context: PassageContext,
    private readonly nodeOf: (node: TreeNode) => Node,
  ) {
    const { table, size } = context.image;
    this.isPlain = new Uint8Array(size);
    for (let row = 0; row < size; row++) if (this.hasPassage(row)) this.isPlain[row] = 1;
    // Children are after their parents.
    for (let row = size - 1; row > 0; row--) if (this.isPlain[row] === 0) this.isPlain[table.parent(row)] = 0;
  }

  /** The passage of a record; undefined if its node has to be converted. */
  of(row: number): Passage | undefined {
    const passage = this.byRole[this.context.image.table.roleIndex(row)];
    return typeof passage === "object" ? (passage ?? undefined) : undefined;
  }

  /** The row after the siblings from `row` on that have passages with all that is in them; `row` itself if that one has none. */
  runEnd(row: number, end: number): number {
    const { table } = this.context.image;
    let next = row;
    while (next < end && this.isPlain[next] === 1) next = table.end(next);
    return next;
  }

  private hasPassage(row: number): boolean {
    const { table } = this.context.image;
    const role = table.roleIndex(row);
    let passage = this.byRole[role];
    if (passage === undefined) {
      passage = this.find(row);
      this.byRole[role] = passage;
    }
    if (passage === null) return false;
    return passage === "rule" || (table.lengthOf(row) >= passage.size && !this.isGuarded(row, passage));
  }

  private isGuarded(row: number, { guards, size }: Passage): boolean {
    if (guards.length === 0) return false;
    const { source, table, format } = this.context.image;
    const at = source.window(table.offsetOf(row), size);
    return guards.some(({ offset, width, isHit }) => isHit(width.read(source.view, at + offset, format.littleEndian)));
  }

  private find(row: number): Passage | "rule" | null {
    const { image, chain } = this.context;
    const tree = new TreeNode(image.table, row);
    const node = this.nodeOf(tree);
    if (tree.object || row === 0) return null;
    if (node.kind === "group") return chain.passes(node) ? "rule" : null;
    return this.ofRecord(node, tree.record?.kind);
  }

  private ofRecord(node: RecordNode, kind: RecordKind | undefined): Passage | null {
    const { format, chain, identity, references } = this.context;
    const target = format.kind(node.name);
    if (!kind || !target || !isFixed(kind) || !isFixed(target) || identity.concerns(node)) return null;
    const triggers = chain.triggers(node);
    if (!triggers || !this.keepsElements(node.elementType)) return null;
    const { struct } = kind;
    const other = struct && format.struct(struct.entry.descriptor.key);
    if (other !== target.struct) return null;
    const paths = references.inRecord(node.name);
    if (node.name === "PIDS" || (paths.length > 0 && other && Cases.of(other))) return null;
    const guards = guardsOf(struct, triggers);
    if (!guards) return null;
    const common = { number: target.number, guards };
    if (!struct || !other)
      return paths.length > 0 ? null : { ...common, size: HEADER_SIZE, moved: undefined, references: [] };
    const size = struct.layout.size;
    const found: Reference[] = [];
    for (const path of paths) {
      const [from, to] = [kind.place(struct, path), target.place(other, path)];
      if (!from) continue;
      if (!to || !isNumber(struct, path) || !isNumber(other, path)) return null;
      found.push({ from: from.offset, to: to.offset });
    }
    const isSame = isSameStruct(struct, other);
    const hasGaps = structBytes(struct).gaps.length > 0;
    if (hasGaps && !(isSame && chain.padding.isKept(struct))) return null;
    // A struct that no boundary looks into is copied whatever is in it.
    if (isSame && triggers.length === 0) return { ...common, size, moved: undefined, references: found };
    const moves = movesBetween(struct, other);
    if (!moves) return null;
    if (isSame) return { ...common, size, moved: undefined, references: found };
    const blank = blankRecord(format, node.name).subarray(0, other.layout.size);
    return { ...common, size, moved: { blank, moves }, references: found };
  }

  /** Whether elements of that type are the same in the result, and refer to no objects. */
  private keepsElements(type: string | undefined): boolean {
    if (type === undefined || scalar(type)) return true;
    const { image, format, references } = this.context;
    const struct = image.format.struct(type);
    if (!struct || kernelSizes(format, type) || references.inStruct(type).length > 0) return false;
    return isSameStruct(struct, format.struct(type));
  }
}

/** Whether a field has the type of object numbers. */
function isNumber(struct: BoundStruct, path: string): boolean {
  return membersOf(struct).at(path)?.type === "s32";
}

/** Whether all records of a type have the same struct, which no flexible array and no raw bytes follow. */
function isFixed({ opaque, raw, fixedLength, leastLength }: RecordKind): boolean {
  return !opaque && raw === undefined && (fixedLength ?? leastLength) !== undefined;
}

/** The guards for the numbers that a struct has; undefined if one of them is not a plain number. */
function guardsOf(struct: BoundStruct | undefined, triggers: readonly Trigger[]): Guard[] | undefined {
  const guards: Guard[] = [];
  for (const { path, isHit } of triggers) {
    const member = struct && membersOf(struct).at(path);
    if (!member) continue;
    if (!member.width || member.dims) return undefined;
    guards.push({ offset: member.offset, width: member.width, isHit });
  }
  return guards;
}

/** How the fields move between two structs; undefined if some fields do not keep their bytes. */
function movesBetween(struct: BoundStruct, other: BoundStruct): Move[] | undefined {
  const leaves = new Map(KeyedCodec.of(other).leaves.map((leaf) => [leaf.member.path, leaf]));
  const moves: Move[] = [];
  for (const leaf of KeyedCodec.of(struct).leaves) {
    const counterpart = leaves.get(leaf.member.path);
    if (!counterpart || !keepsBytes(leaf, counterpart)) return undefined;
    moves.push({ from: leaf.member.offset, to: counterpart.member.offset, size: leaf.member.size });
  }
  return moves;
}

function keepsBytes(one: Leaf, other: Leaf): boolean {
  const { type, size, inUnion } = one.member;
  // A floating point number that is read and written may become another NaN.
  if (one.element || inUnion || other.member.inUnion || type === "f32" || type === "f64") return false;
  return type === other.member.type && size === other.member.size;
}

function blankRecord(format: ImageFormat, name: string): Uint8Array {
  const sink = new MemorySink();
  const writer = new ImageWriter(format, sink);
  writer.record(name);
  writer.flush();
  return sink.bytes;
}
