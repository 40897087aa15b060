/** Bytes of the image, and what they are. */
import { copyBytes } from "../../../tools/image/bytes/source.js";
import type { Opened } from "../opened.js";
import { layoutOf, type RecordLayout } from "../record-layout.js";
import { nextRecordRow, rowAt } from "../row-at.js";

/** Consecutive bytes with one meaning. */
export interface ByteSpan {
  /** Offset in the image. */
  readonly start: number;
  readonly end: number;
  readonly kind: "header" | "field" | "gap" | "payload" | "raw" | "unread";
  /** Row of the record; -1 for bytes that were not read as a record. */
  readonly row: number;
  /** Position among the places of the record, see {@link layoutOf}. */
  readonly place: number;
}

/** A record of which an answer has bytes. */
export interface SpannedRecord {
  readonly row: number;
  readonly offset: number;
  readonly name: string;
  readonly label: string | undefined;
}

export interface Bytes {
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** Without gaps and overlaps: of the members of a union, the first one. */
  readonly spans: readonly ByteSpan[];
  readonly records: readonly SpannedRecord[];
}

/** Maximum number of bytes of an answer. */
const MAX_BYTES = 64 * 1024;

export function bytesAt(
  { image }: Opened,
  { offset, length }: { readonly offset: number; readonly length: number },
): Bytes {
  const { table, source } = image;
  const start = Math.max(0, Math.min(offset, source.size));
  const end = Math.min(source.size, start + Math.min(length, MAX_BYTES));
  const bytes = copyBytes(source, start, end - start);
  const spans: ByteSpan[] = [];
  const records: SpannedRecord[] = [];
  let behind = start;
  const push = (from: number, to: number, rest: Pick<ByteSpan, "kind" | "row" | "place">) => {
    const [a, b] = [Math.max(from, behind), Math.min(to, end)];
    if (a >= b) return;
    if (a > behind) spans.push({ start: behind, end: a, kind: "unread", row: -1, place: 0 });
    spans.push({ start: a, end: b, ...rest });
    behind = b;
  };
  for (
    let row = rowAt(table, start);
    row >= 0 && row < table.size && table.offsetOf(row) < end;
    row = nextRecordRow(table, row)
  ) {
    const { places, record, node } = layoutAt(image, row);
    if (start >= record.next) continue;
    records.push({ row, offset: record.offset, name: record.name, label: node.label });
    for (const [place, { start, end, kind }] of places.entries()) push(start, end, { kind, row, place });
  }
  if (behind < end) spans.push({ start: behind, end, kind: "unread", row: -1, place: 0 });
  return { offset: start, bytes, spans, records };
}

const layouts = new Map<number, RecordLayout>();
let layoutsOf: unknown;

/** Number of layouts that are kept: those of the records around the last place. */
const MAX_LAYOUTS = 256;

function layoutAt(image: Opened["image"], row: number): RecordLayout {
  if (layoutsOf !== image || layouts.size > MAX_LAYOUTS) layouts.clear();
  layoutsOf = image;
  const layout = layouts.get(row) ?? layoutOf(image, row);
  layouts.set(row, layout);
  return layout;
}
