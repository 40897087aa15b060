/** Finds rows of the table of records by offset. */
import type { RecordTable } from "../../tools/image/record-table.js";

/** The row of the record with the byte at an offset, which may also be after its end; -1 if the table has no record at or before it. */
export function rowAt(table: RecordTable, offset: number): number {
  let low = 0;
  let high = table.size;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (table.offsetOf(middle) <= offset) low = middle + 1;
    else high = middle;
  }
  // Rules have no bytes of their own.
  let row = low - 1;
  while (row >= 0 && !hasRecord(table, row)) row--;
  return row;
}

/** The next row that has a record; the number of rows if there is none. */
export function nextRecordRow(table: RecordTable, after: number): number {
  let row = after + 1;
  while (row < table.size && !hasRecord(table, row)) row++;
  return row;
}

function hasRecord(table: RecordTable, row: number): boolean {
  const { rule, object } = table.roleOf(row);
  return rule === undefined || object;
}
