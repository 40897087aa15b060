/**
 * Records that nothing happens to on the whole way, except that their fields move, their type gets another number, or the objects that they refer to
 * do. What happens to such records follows from their type and their place, so it is computed once and done without reading them as values.
 */
import type { BoundStruct } from "../../runtime/index.js";
import { scalar } from "../../runtime/scalars.js";
import { Cases } from "../image/abi/cases.js";
import { HEADER_SIZE, type ImageFormat, type RecordKind } from "../image/abi/format.js";
import { kernelSizes } from "../image/abi/kernel-sizes.js";
import type { Image } from "../image/image.js";
import { TreeNode } from "../image/tree.js";
import { structFacts } from "../verify/struct-facts.js";
import { KeyedCodec, type Leaf } from "../write/keyed-codec.js";
import { MemorySink } from "../write/sink.js";
import { ImageWriter } from "../write/writer.js";
import type { Chain } from "./chain.js";
import type { Identity } from "./identity.js";
import type { RecordNode } from "./nodes.js";
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

/** What happens to all records of a type at a place of the grammar. */
export interface Passage {
  /** Type number in the result. */
  readonly number: number;
  readonly isRenumbered: boolean;
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
    private readonly nodeOf: (node: TreeNode) => RecordNode | { readonly kind: "group" },
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
    return passage === "rule" || table.lengthOf(row) >= passage.size;
  }

  private find(row: number): Passage | "rule" | null {
    const { image, chain } = this.context;
    const tree = new TreeNode(image.table, row);
    const node = this.nodeOf(tree);
    if (tree.object || row === 0) return null;
    if (!chain.isUnconcerned(node as RecordNode)) return null;
    return node.kind === "group" ? "rule" : this.ofRecord(node, tree.record?.kind);
  }

  private ofRecord(node: RecordNode, kind: RecordKind | undefined): Passage | null {
    const { image, format, chain, identity, references } = this.context;
    const target = format.kind(node.name);
    if (!kind || !target || !isFixed(kind) || !isFixed(target) || identity.concerns(node)) return null;
    if (!this.keepsElements(node.elementType)) return null;
    const { struct } = kind;
    const other = struct && format.struct(struct.entry.descriptor.key);
    if (other !== target.struct) return null;
    const paths = references.inRecord(node.name);
    if (node.name === "PIDS" || (paths.length > 0 && other && Cases.of(other))) return null;
    const common = { number: target.number, isRenumbered: target.number !== kind.number };
    if (!struct || !other) return paths.length > 0 ? null : { ...common, size: HEADER_SIZE, moved: undefined, references: [] };
    const size = struct.layout.size;
    const found: Reference[] = [];
    for (const path of paths) {
      const [from, to] = [kind.place(struct, path), target.place(other, path)];
      if (!from) continue;
      if (!to || from.size !== 4 || to.size !== 4) return null;
      found.push({ from: from.offset, to: to.offset });
    }
    if (isSameStruct(struct, other)) {
      if (structFacts(struct).gaps.length > 0 && !chain.padding.isKept(struct)) return null;
      return { ...common, size, moved: undefined, references: found };
    }
    if (structFacts(struct).gaps.length > 0) return null;
    const moves = movesBetween(struct, other);
    if (!moves) return null;
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

/** Whether all records of a type have the same struct, which no flexible array and no raw bytes follow. */
function isFixed({ opaque, raw, fixedLength, leastLength }: RecordKind): boolean {
  return !opaque && raw === undefined && (fixedLength ?? leastLength) !== undefined;
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
