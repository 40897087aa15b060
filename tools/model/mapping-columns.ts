/** The mappings of an address space in columns: there may be hundreds of thousands, and an object for each takes longer than reading it. */
import type { NumberColumn, WideColumn } from "../../runtime/index.js";
import { ExactColumn } from "../exact.js";
import type { Image } from "../image/image.js";
import type { RecordTable } from "../image/record-table.js";
import { RowColumns } from "../image/row-columns.js";
import type { TreeNode } from "../image/tree.js";

const FIELDS = ["vm_start", "vm_end", "vm_flags", "vm_pgoff", "vma_type", "vma_objref", "ino_objref"] as const;

/** Some mappings of an address space. Element `i` of each array belongs to the same mapping; see `Mapping` for the meanings. */
export interface MappingColumns {
  /** The rules `mapping`, by their index among the nodes of the image. */
  readonly rules: readonly number[];
  readonly start: ExactColumn;
  readonly end: ExactColumn;
  readonly flags: ExactColumn;
  readonly pgoff: ExactColumn;
  readonly type: NumberColumn;
  readonly fileObjref: NumberColumn;
  readonly inodeObjref: NumberColumn;
}

/**
 * The mappings of an address space in the order of the image, as far as the image has their VMA records.
 *
 * @param object an MM object
 */
export function* mappingColumnsOf(image: Image, object: TreeNode): Generator<MappingColumns, void, void> {
  const { table } = image;
  for (const { rows, columns } of new RowColumns(image, "VMA", FIELDS).blocks(vmasOf(image, object))) {
    const [start, end, flags, pgoff, type, fileObjref, inodeObjref] = columns;
    yield {
      rules: rows.map((row) => table.parent(row)),
      start: wide(start),
      end: wide(end),
      flags: wide(flags),
      pgoff: wide(pgoff),
      type: narrow(type),
      fileObjref: narrow(fileObjref),
      inodeObjref: narrow(inodeObjref),
    };
  }
}

/** Rows of the VMA records. */
function* vmasOf({ table }: Image, object: TreeNode): Generator<number, void, void> {
  const { endIndex } = object;
  for (let row = object.index + 1; row < endIndex; row = table.end(row)) {
    const { rule, object: isObject } = table.roleOf(row);
    const vma = rule === "mapping" && !isObject ? vmaIn(table, row) : undefined;
    if (vma !== undefined) yield vma;
  }
}

function vmaIn(table: RecordTable, mapping: number): number | undefined {
  const end = table.end(mapping);
  for (let row = mapping + 1; row < end; row = table.end(row)) {
    const { rule, kind } = table.roleOf(row);
    if (rule === undefined && kind?.name === "VMA") return row;
  }
  return undefined;
}

function wide(column: NumberColumn | WideColumn | undefined): ExactColumn {
  return new ExactColumn(column instanceof BigUint64Array ? column : BigUint64Array.from(column ?? [], BigInt));
}

function narrow(column: NumberColumn | WideColumn | undefined): NumberColumn {
  return column instanceof BigUint64Array || column instanceof BigInt64Array || !column
    ? Float64Array.from(column ?? [], Number)
    : column;
}
