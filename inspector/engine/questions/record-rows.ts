/** The records of an image as a tree, a part at a time. */
import { summaryOf } from "../../../tools/records/summary.js";
import type { Opened } from "../opened.js";
import { shown } from "../shown.js";

export interface RecordRow {
  readonly row: number;
  /** Number of rules and objects around it. */
  readonly depth: number;
  readonly kind: "record" | "rule" | "object";
  /** Name of the type or rule; of an object with its number. */
  readonly name: string;
  readonly label: string | undefined;
  readonly offset: number;
  /** Bytes of the record; for a rule of all that is in it. */
  readonly length: number;
  /** Contents of a record on one line. */
  readonly text: string;
}

/** Maximum number of rows of an answer. */
const MAX_ROWS = 500;

/** @param first row in the table of records */
export function recordRows(
  { image }: Opened,
  { first, count }: { readonly first: number; readonly count: number },
): RecordRow[] {
  const { table } = image;
  const rows: RecordRow[] = [];
  for (let row = first; row < Math.min(table.size, first + Math.min(count, MAX_ROWS)); row++) {
    const node = image.node(row);
    const { object, rule, record, label } = node;
    let depth = 0;
    for (let at = row; at !== 0; at = table.parent(at)) depth++;
    const end = table.end(row);
    const after = end < table.size ? table.offsetOf(end) : image.source.size;
    rows.push({
      row,
      depth,
      kind: object ? "object" : rule === undefined ? "record" : "rule",
      name: object ? `${object.type} ${object.objref}` : (rule ?? record?.name ?? ""),
      label,
      offset: table.offsetOf(row),
      length: record && !object ? record.length : after - table.offsetOf(row),
      text: record && !object ? shown(summaryOf(image, { record, node })) : "",
    });
  }
  return rows;
}
