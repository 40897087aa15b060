/**
 * The mappings of two address spaces with the same records. Only what the records refer to can differ: files, shared segments, and pages. Pages are
 * compared here as far as they are equal.
 */
import type { RecordKind } from "../image/abi/format.js";
import type { RecordTable } from "../image/record-table.js";
import type { TreeNode } from "../image/tree.js";
import { areMappedFilesSettled } from "./files.js";
import type { Pass } from "./pass.js";

/** Places in the fields that {@link Side.mappingFields} reads. */
const [FILE, SEGMENT, START, END] = [0, 1, 2, 3];

/** Rows of two rules `mapping`. */
type RowPair = readonly [rowA: number, rowB: number];

export class SameMappings {
  /** The files of the last mappings whose files were settled. */
  private settled: { a: number; b: number } = { a: 0, b: 0 };

  /** @param a MM object of the first image, `b` that of the second; their records are the same */
  constructor(
    private readonly pass: Pass,
    private readonly a: TreeNode,
    private readonly b: TreeNode,
  ) {}

  /** Number of mappings before the first with something to report that is not in their records; undefined if there is none. */
  get settledCount(): number | undefined {
    let count = 0;
    for (const pair of this.pairs()) {
      if (!this.isSettled(pair)) return count;
      count++;
    }
    return undefined;
  }

  /** Whether the mappings are in the order of their addresses and do not overlap. */
  get areInOrder(): boolean {
    const { table } = this.pass.a.image;
    let last = 0n;
    for (const [row] of this.pairs()) {
      const vma = recordIn(table, row, this.kind);
      if (vma === undefined) return false;
      const { mappingFields } = this.pass.a;
      mappingFields.read(vma);
      const [start, end] = [mappingFields.big(START), mappingFields.big(END)];
      if (start === undefined || end === undefined || start < last || end <= start) return false;
      last = end;
    }
    return true;
  }

  /**
   * Mappings with something to report that is not in their records.
   *
   * @param skipped {@link settledCount}
   */
  *unsettled(skipped: number): Generator<RowPair, void, void> {
    let count = 0;
    for (const pair of this.pairs()) {
      if (count === skipped || (count > skipped && !this.isSettled(pair))) yield pair;
      count++;
    }
  }

  private get kind() {
    return this.pass.a.image.format.kind("VMA");
  }

  private *pairs(): Generator<RowPair, void, void> {
    const [one, other] = [mappingsIn(this.pass.a.image.table, this.a), mappingsIn(this.pass.b.image.table, this.b)];
    for (;;) {
      const [rowA, rowB] = [one.next().value, other.next().value];
      if (rowA === undefined || rowB === undefined) return;
      yield [rowA, rowB];
    }
  }

  private isSettled([rowA, rowB]: RowPair): boolean {
    const [tableA, tableB] = [this.pass.a.image.table, this.pass.b.image.table];
    const [vmaA, vmaB] = [recordIn(tableA, rowA, this.kind), recordIn(tableB, rowB, this.kind)];
    if (vmaA === undefined || vmaB === undefined) return false;
    const [fieldsA, fieldsB] = [this.pass.a.mappingFields, this.pass.b.mappingFields];
    fieldsA.read(vmaA);
    fieldsB.read(vmaB);
    if (fieldsA.number(SEGMENT) || fieldsB.number(SEGMENT)) return false;
    if (tableA.end(rowA) - vmaA !== tableB.end(rowB) - vmaB) return false;
    return (
      this.areFilesSettled(fieldsA.number(FILE) ?? 0, fieldsB.number(FILE) ?? 0) &&
      this.arePagesEqual(vmaA, tableA.end(rowA), vmaB)
    );
  }

  private areFilesSettled(a: number, b: number): boolean {
    const { settled } = this;
    if (settled.a === a && settled.b === b) return true;
    if (!areMappedFilesSettled(this.pass, a, b)) return false;
    this.settled = { a, b };
    return true;
  }

  /** Whether the pages after the VMA records, with their positions, are equal byte by byte, or are not compared. */
  private arePagesEqual(vmaA: number, end: number, vmaB: number): boolean {
    const { a, setting } = this.pass;
    const { table } = a.image;
    for (let row = vmaA + 1; row < end; row++) {
      const { rule, object, step } = table.roleOf(row);
      if (object || rule === "huge_pages") return false;
      if (step?.entry.as !== "page_batch" || !setting.memory) continue;
      // A later pass knows the differences of pages and reads none.
      if (setting.pages.isComplete || !setting.same?.haveSameBytes(row, vmaB + row - vmaA)) return false;
      setting.watcher.onBytes(table.lengthOf(row));
    }
    return true;
  }
}

/** Rows of the rules `mapping` in an address space. */
function* mappingsIn(table: RecordTable, { index, endIndex }: TreeNode): Generator<number, void, void> {
  for (let row = index + 1; row < endIndex; row = table.end(row)) if (table.roleOf(row).rule === "mapping") yield row;
}

/** Row of the first record of a kind directly within a rule. */
function recordIn(table: RecordTable, rule: number, kind: RecordKind | undefined): number | undefined {
  const end = table.end(rule);
  for (let row = rule + 1; row < end; row = table.end(row)) {
    const role = table.roleOf(row);
    if (role.rule === undefined && role.kind === kind) return row;
  }
  return undefined;
}
