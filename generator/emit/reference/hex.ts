/** Bytes in hexadecimal. */
import type { DumpRow } from "./content.js";

/** Number of bytes in a line, as in diagrams of structs. */
const PER_LINE = 8;

export interface HexLine {
  /** Offset of its first byte. */
  readonly offset: number;
  readonly runs: { readonly row: DumpRow; readonly text: string; readonly isFirst: boolean }[];
  /** A remark on bytes that are left out after the line. */
  rest?: string;
}

/** `01 00 ff` */
export function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
}

/** The bytes of the rows in lines. A row may go on in the next line; after bytes that are left out, a new line begins. */
export function hexLines(rows: readonly DumpRow[]): HexLine[] {
  const lines: HexLine[] = [];
  let room = 0;
  for (const row of rows) {
    const { range, bytes, rest } = row;
    for (let start = 0; start < bytes.length; ) {
      if (room === 0) {
        lines.push({ offset: range.offset + start, runs: [] });
        room = PER_LINE;
      }
      const part = bytes.subarray(start, start + room);
      lines.at(-1)?.runs.push({ row, text: hex(part), isFirst: start === 0 });
      start += part.length;
      room -= part.length;
    }
    const last = lines.at(-1);
    if (rest === undefined || !last) continue;
    last.rest = rest;
    room = 0;
  }
  return lines;
}
