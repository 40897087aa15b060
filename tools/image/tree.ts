/** An image as a tree: every record under the grammar rule that explains it. */
import type { PayloadEntry } from "../../runtime/index.js";
import { ImageError } from "../errors/image-error.js";
import type { ImageFormat } from "./abi/format.js";
import type { Progress } from "./bytes/progress.js";
import type { ImageSource } from "./bytes/source.js";
import type { ImageRecord } from "./record/records.js";
import { type RecordTable, TableBuilder } from "./record-table.js";
import type { SyntaxRule, SyntaxStep } from "./walk/syntax.js";
import { type ObjectHead, type WalkEnd, type WalkHandler, walk } from "./walk/walk.js";

/**
 * A node of the tree: a record, a rule with its records, or a shared object with its body. Nodes are created on each access; two nodes are the same
 * if their `index` is.
 */
export class TreeNode {
  constructor(
    private readonly table: RecordTable,
    /** Position in the order of the image, from 0 for the whole image; rules and objects count as well. */
    readonly index: number,
  ) {}

  /** Name of the rule, or of the object type whose body it is; undefined for a record. */
  get rule(): string | undefined {
    return this.table.roleOf(this.index).rule;
  }

  /** Name that the grammar gives it at this place, e.g. `task_name`. */
  get label(): string | undefined {
    return this.table.roleOf(this.index).step?.entry.as;
  }

  /** The record; for an object its OBJREF; undefined for a rule. */
  get record(): ImageRecord | undefined {
    return this.table.recordOf(this.index);
  }

  /** Form of the record's payload at this place. */
  get contains(): PayloadEntry | undefined {
    const { rule, step } = this.table.roleOf(this.index);
    return rule === undefined ? step?.entry.contains : undefined;
  }

  get object(): { readonly type: string; readonly objref: number } | undefined {
    const { rule, object } = this.table.roleOf(this.index);
    return object ? { type: rule as string, objref: this.table.objrefOf(this.index) } : undefined;
  }

  /** Offset of the node, in bytes from the start of the image. */
  get offset(): number {
    return this.table.offsetOf(this.index);
  }

  /** Index after the last descendant of this node. */
  get endIndex(): number {
    return this.table.end(this.index);
  }

  /** The rule or object that contains the node; undefined for the whole image. */
  get parent(): TreeNode | undefined {
    return this.index === 0 ? undefined : new TreeNode(this.table, this.table.parent(this.index));
  }

  /** Direct children in the order of the image. A new array on each access; {@link each} creates none. */
  get children(): readonly TreeNode[] {
    return [...this.each()];
  }

  /** Direct children in the order of the image. */
  *each(): Generator<TreeNode, void, void> {
    for (let row = this.index + 1; row < this.endIndex; row = this.table.end(row)) yield new TreeNode(this.table, row);
  }

  /** The first record of that name among the direct children. */
  find(name: string, label?: string): TreeNode | undefined {
    for (let row = this.index + 1; row < this.endIndex; row = this.table.end(row))
      if (this.isRecord(row, name) && (label === undefined || this.table.roleOf(row).step?.entry.as === label))
        return new TreeNode(this.table, row);
    return undefined;
  }

  /** The first record of that name under this node, within nested rules at any depth, but not within shared objects. */
  search(name: string, label?: string): TreeNode | undefined {
    for (let row = this.index + 1; row < this.endIndex; ) {
      const { object, step } = this.table.roleOf(row);
      if (this.isRecord(row, name) && (label === undefined || step?.entry.as === label))
        return new TreeNode(this.table, row);
      row = object ? this.table.end(row) : row + 1;
    }
    return undefined;
  }

  /** All records of that name among the direct children. */
  all(name: string): TreeNode[] {
    return this.select((row) => this.isRecord(row, name));
  }

  /** All rules of that name among the direct children. */
  rules(name: string): TreeNode[] {
    return this.select((row) => this.isRule(row, name));
  }

  /** The first rule of that name among the direct children. */
  first(name: string): TreeNode | undefined {
    for (let row = this.index + 1; row < this.endIndex; row = this.table.end(row))
      if (this.isRule(row, name)) return new TreeNode(this.table, row);
    return undefined;
  }

  /** The node and all its descendants, in the order of the image. */
  *[Symbol.iterator](): Generator<TreeNode, void, void> {
    for (let row = this.index; row < this.endIndex; row++) yield new TreeNode(this.table, row);
  }

  private select(wanted: (row: number) => boolean): TreeNode[] {
    const nodes: TreeNode[] = [];
    for (let row = this.index + 1; row < this.endIndex; row = this.table.end(row))
      if (wanted(row)) nodes.push(new TreeNode(this.table, row));
    return nodes;
  }

  private isRecord(row: number, name: string): boolean {
    const { rule, kind } = this.table.roleOf(row);
    return rule === undefined && kind?.name === name;
  }

  private isRule(row: number, name: string): boolean {
    const { rule, object } = this.table.roleOf(row);
    return rule === name && !object;
  }
}

/** The shared objects of an image by number, in the order of the image. */
class ObjectNodes implements ReadonlyMap<number, TreeNode> {
  constructor(
    private readonly table: RecordTable,
    private readonly rows: ReadonlyMap<number, number>,
  ) {}

  get size(): number {
    return this.rows.size;
  }

  get(objref: number): TreeNode | undefined {
    const row = this.rows.get(objref);
    return row === undefined ? undefined : new TreeNode(this.table, row);
  }

  has(objref: number): boolean {
    return this.rows.has(objref);
  }

  keys(): MapIterator<number> {
    return this.rows.keys();
  }

  *values(): MapIterator<TreeNode> {
    for (const row of this.rows.values()) yield new TreeNode(this.table, row);
  }

  *entries(): MapIterator<[number, TreeNode]> {
    for (const [objref, row] of this.rows) yield [objref, new TreeNode(this.table, row)];
  }

  [Symbol.iterator](): MapIterator<[number, TreeNode]> {
    return this.entries();
  }

  forEach(each: (node: TreeNode, objref: number, nodes: ReadonlyMap<number, TreeNode>) => void): void {
    for (const [objref, node] of this) each(node, objref, this);
  }
}

export interface ImageTree {
  readonly table: RecordTable;
  /** The node of the start rule. If the image is damaged, it contains everything before the damage. */
  readonly root: TreeNode;
  /** Shared objects by number. */
  readonly objects: ReadonlyMap<number, TreeNode>;
  /** How the image ends. */
  readonly end: WalkEnd | "damaged";
  /** Problems in the order of the image. If the image is damaged, the last problem is the damage. */
  readonly problems: readonly ImageError[];
}

/** Number of records between two calls of {@link Progress}. */
const REPORT_EVERY = 4096;

/**
 * Reads the tree of an image. Bad input does not throw: it is reported in `problems`. Memory: one table row (about 30 bytes) per record. Use {@link
 * walk} for constant memory.
 */
export function readTree(format: ImageFormat, source: ImageSource, onProgress?: Progress): ImageTree {
  return new TreeBuilder(format, source, { onProgress }).read().tree as ImageTree;
}

/**
 * Reads the tree of an image without the records in its shared objects, which most images mainly consist of. An object has one child in their place,
 * a record without a type.
 *
 * @param also receives the events of the walk, problems excepted
 */
export function readOutline(
  format: ImageFormat,
  source: ImageSource,
  onProgress?: Progress,
  also?: WalkHandler,
): ImageTree {
  return new TreeBuilder(format, source, { onProgress, hasBodies: false, also }).read().tree as ImageTree;
}

/** The first records of an image. */
export interface ImageHead {
  readonly table: RecordTable;
  /** Problems of these records, without the damage. */
  readonly problems: readonly ImageError[];
  /** Why reading stopped at these records; undefined if it did not. */
  readonly damage: ImageError | undefined;
  /** The tree of the image, if it has no more records than requested or is damaged among them. */
  readonly tree: ImageTree | undefined;
}

/**
 * Reads the first records of an image.
 *
 * @param most maximum number of records to read
 */
export function readHead(format: ImageFormat, source: ImageSource, most: number): ImageHead {
  return new TreeBuilder(format, source, { most }).read();
}

/** Reading stops after this many problems: more means a wrong ABI or a hostile image. */
export const MAX_PROBLEMS = 1000;

const ENOUGH = Symbol("enough records were read");

interface TreeOptions {
  readonly onProgress?: Progress | undefined;
  /** Maximum number of records to read. */
  readonly most?: number;
  readonly hasBodies?: boolean;
  readonly also?: WalkHandler | undefined;
}

class TreeBuilder extends TableBuilder {
  private readonly problems: ImageError[] = [];
  private readonly onProgress: Progress | undefined;
  private readonly most: number;
  private readonly also: WalkHandler | undefined;
  private count = 0;

  constructor(
    private readonly format: ImageFormat,
    private readonly source: ImageSource,
    { onProgress, most = Number.POSITIVE_INFINITY, hasBodies, also }: TreeOptions,
  ) {
    super(format, hasBodies);
    this.onProgress = onProgress;
    this.most = most;
    this.also = also;
  }

  read(): ImageHead {
    const { table, problems } = this;
    try {
      return { table, problems, damage: undefined, tree: this.tree(walk(this.format, this.source, this), problems) };
    } catch (error) {
      if (error === ENOUGH) return { table, problems, damage: undefined, tree: undefined };
      if (!(error instanceof ImageError)) throw error;
      return { table, problems, damage: error, tree: this.tree("damaged", [...problems, error]) };
    }
  }

  private tree(end: ImageTree["end"], problems: readonly ImageError[]): ImageTree {
    const { table } = this;
    return { table, root: new TreeNode(table, 0), objects: new ObjectNodes(table, this.objects), end, problems };
  }

  override enter(rule: SyntaxRule, step: SyntaxStep | undefined, object: ObjectHead | undefined): void {
    super.enter(rule, step, object);
    this.also?.enter(rule, step, object);
  }

  override leave(): void {
    super.leave();
    this.also?.leave();
  }

  override record(record: ImageRecord, step: SyntaxStep | undefined): void {
    super.record(record, step);
    this.also?.record(record, step);
    if (++this.count > this.most) throw ENOUGH;
    if (this.onProgress && this.count % REPORT_EVERY === 0) this.onProgress(record.next, this.source.size);
  }

  problem(problem: ImageError): void {
    if (this.problems.length + 1 >= MAX_PROBLEMS) throw problem;
    this.problems.push(problem);
  }
}
