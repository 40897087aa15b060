/**
 * Finds records that are equal in two images by their bytes, without decoding them. Object numbers may differ, because they have no meaning: a
 * comparison follows them on both sides and compares what they refer to.
 */

import { isEqual } from "../image/bytes/equal.js";
import { windowBytes } from "../image/bytes/source.js";
import type { Image } from "../image/image.js";
import type { RecordTable, Role } from "../image/record-table.js";
import type { TreeNode } from "../image/tree.js";
import { isEqualButReferences } from "./references.js";

/** Number of bytes that are compared at once. */
const PIECE_BYTES = 64 * 1024;

/** What a comparison of rows asks about a role, computed once. */
class KnownRole {
  /** Whether the records are pages of memory. */
  readonly isPages: boolean;
  /** Whether bytes that their length does not count follow the records. */
  readonly hasRaw: boolean;
  /** The role of the other image that was found to be equal. */
  private equal: Role | undefined;

  constructor(private readonly role: Role) {
    this.isPages = role.step?.entry.as === "page_batch";
    this.hasRaw = role.kind?.raw !== undefined;
  }

  isLike(other: Role): boolean {
    if (other === this.equal) return true;
    const { rule, object, step, kind } = this.role;
    if (other.rule !== rule || other.object !== object || other.step !== step || other.kind !== kind) return false;
    this.equal = other;
    return true;
  }
}

export class SameRecords {
  private readonly a: RecordTable;
  private readonly b: RecordTable;
  private readonly roles = new Map<Role, KnownRole>();
  /** Records that are consecutive in both images and not compared yet: their first rows, offset and length. */
  private readonly run = { rowA: 0, rowB: 0, startA: 0, startB: 0, length: 0 };

  private constructor(
    private readonly imageA: Image,
    private readonly imageB: Image,
  ) {
    this.a = imageA.table;
    this.b = imageB.table;
  }

  /** The comparison for two images; undefined if equal bytes may mean different things in them, or the end of one is missing. */
  static between(a: Image, b: Image): SameRecords | undefined {
    const isComplete = a.end === "complete" && b.end === "complete";
    return isComplete && a.format === b.format && a.source !== b.source ? new SameRecords(a, b) : undefined;
  }

  /**
   * Whether two rules, or the bodies of two objects, have the same records in the same order. Objects within them and pages of memory are not
   * compared.
   */
  areSame(a: TreeNode | undefined, b: TreeNode | undefined): boolean {
    if (!a || !b) return false;
    this.run.length = 0;
    return this.sameRows(a.index + 1, a.endIndex, b.index + 1, b.endIndex) && this.finish();
  }

  /** Whether the bytes of two records are equal. */
  haveSameBytes(rowA: number, rowB: number): boolean {
    const length = this.a.lengthOf(rowA);
    if (this.b.lengthOf(rowB) !== length) return false;
    return this.sameBytes(this.a.offsetOf(rowA), this.b.offsetOf(rowB), length);
  }

  /** Whether the records of that name outside of all rules are equal; both images may have none. */
  haveSameRecord(name: string): boolean {
    const [a, b] = [this.imageA.root.find(name), this.imageB.root.find(name)];
    return a && b ? this.haveSameBytes(a.index, b.index) : a === b;
  }

  private sameRows(startA: number, endA: number, startB: number, endB: number): boolean {
    const { a, b } = this;
    let [rowA, rowB] = [startA, startB];
    for (;;) {
      rowA = afterObjects(a, rowA, endA);
      rowB = afterObjects(b, rowB, endB);
      if (rowA >= endA || rowB >= endB) return rowA >= endA && rowB >= endB;
      const role = a.roleOf(rowA);
      const known = this.known(role);
      if (!known.isLike(b.roleOf(rowB))) return false;
      const [nextA, nextB] = [a.end(rowA), b.end(rowB)];
      if (role.rule === undefined) {
        if (!this.add(rowA, rowB, known)) return false;
      } else if (!this.sameRows(rowA + 1, nextA, rowB + 1, nextB)) return false;
      rowA = nextA;
      rowB = nextB;
    }
  }

  private known(role: Role): KnownRole {
    let known = this.roles.get(role);
    if (!known) {
      known = new KnownRole(role);
      this.roles.set(role, known);
    }
    return known;
  }

  /** Adds two records to the run. Returns whether nothing unequal was found so far. */
  private add(rowA: number, rowB: number, { isPages, hasRaw }: KnownRole): boolean {
    const { run } = this;
    const length = recordSize(this.a, rowA, hasRaw);
    if (length !== recordSize(this.b, rowB, hasRaw)) return false;
    if (isPages) return true;
    const [startA, startB] = [this.a.offsetOf(rowA), this.b.offsetOf(rowB)];
    const isNext = startA === run.startA + run.length && startB === run.startB + run.length;
    if (run.length === 0 || !isNext || run.length + length > PIECE_BYTES) {
      if (!this.finish()) return false;
      run.rowA = rowA;
      run.rowB = rowB;
      run.startA = startA;
      run.startB = startB;
    }
    run.length += length;
    return true;
  }

  /** Compares the run. */
  private finish(): boolean {
    const { startA, startB, length } = this.run;
    const same = length === 0 || this.sameBytes(startA, startB, length) || this.sameByRecord();
    this.run.length = 0;
    return same;
  }

  /** Compares the records of the run one by one, without their object numbers. */
  private sameByRecord(): boolean {
    const { a, b } = this;
    const { startA, length } = this.run;
    let { rowA, rowB } = this.run;
    while (rowA < a.size && a.offsetOf(rowA) < startA + length) {
      rowA = afterObjects(a, rowA, a.size);
      rowB = afterObjects(b, rowB, b.size);
      const role = a.roleOf(rowA);
      if (role.rule === undefined && !this.sameButReferences(rowA, rowB, role)) return false;
      rowA++;
      rowB++;
    }
    return true;
  }

  private sameButReferences(rowA: number, rowB: number, { kind }: Role): boolean {
    const { imageA, imageB } = this;
    const [startA, startB] = [this.a.offsetOf(rowA), this.b.offsetOf(rowB)];
    const length = recordSize(this.a, rowA, kind?.raw !== undefined);
    // Only structs have object numbers.
    const recordLength = this.a.lengthOf(rowA);
    const head = Math.min(recordLength, kind?.longest ?? 0);
    const one = windowBytes(imageA.source, startA, head);
    const struct = kind?.structOf(new DataView(one.buffer, one.byteOffset, head), 0, recordLength);
    const other = windowBytes(imageB.source, startB, head);
    return isEqualButReferences(one, other, struct) && this.sameBytes(startA + head, startB + head, length - head);
  }

  private sameBytes(startA: number, startB: number, length: number): boolean {
    const { imageA, imageB } = this;
    for (let at = 0; at < length; at += PIECE_BYTES) {
      const size = Math.min(PIECE_BYTES, length - at);
      const one = windowBytes(imageA.source, startA + at, size);
      if (!isEqual(one, windowBytes(imageB.source, startB + at, size))) return false;
    }
    return true;
  }
}

/** The first row from `row` on that is not an object or within one; `end` if there is none. */
function afterObjects(table: RecordTable, row: number, end: number): number {
  let next = row;
  while (next < end && table.roleOf(next).object) next = table.end(next);
  return next;
}

/** Bytes of the record of a row with all bytes that belong to it. */
function recordSize(table: RecordTable, row: number, hasRaw: boolean): number {
  if (!hasRaw) return table.lengthOf(row);
  const record = table.recordOf(row);
  return record ? record.length + record.rawLength : 0;
}
