/** The bytes of a line, divided by what they mean. */
import type { ByteSpan, Bytes, SpannedRecord } from "../../engine/questions/bytes.js";
import type { Blocks } from "../../parts/blocks.js";

/** Bytes that are asked for together; a multiple of the length of every line. */
export const BLOCK = 4096;

export interface LineSpan extends ByteSpan {
  readonly bytes: Uint8Array;
}

export interface Line {
  readonly spans: readonly LineSpan[];
  /** The records that begin in the line. */
  readonly begins: readonly SpannedRecord[];
}

/** A line of bytes; undefined if it has not arrived yet. */
export function lineAt(blocks: Blocks<Bytes>, offset: number, width: number): Line | undefined {
  const block = blocks.at(Math.floor(offset / BLOCK));
  if (!block) return undefined;
  const end = Math.min(offset + width, block.offset + block.bytes.length);
  const spans: LineSpan[] = [];
  for (let i = firstBehind(block.spans, offset); i < block.spans.length; i++) {
    const span = block.spans[i] as ByteSpan;
    if (span.start >= end) break;
    const [from, to] = [Math.max(span.start, offset), Math.min(span.end, end)];
    spans.push({ ...span, start: from, end: to, bytes: block.bytes.subarray(from - block.offset, to - block.offset) });
  }
  return { spans, begins: block.records.filter((record) => record.offset >= offset && record.offset < end) };
}

/** Position of the first span that ends after an offset. */
function firstBehind(spans: readonly ByteSpan[], offset: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((spans[middle] as ByteSpan).end <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
