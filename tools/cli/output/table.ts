/** Tables with aligned columns. Cells may come from an image, so terminal control characters in them are escaped. */

import { TextBuffer } from "../../text-buffer.js";
import { utf8 } from "../../utf8.js";
import { LineOutput } from "./line-output.js";
import type { Cell, TableColumn } from "./parts.js";
import { colorsOf, oneLine, type Streams, terminalWidth } from "./streams.js";

export type { Cell, TableColumn } from "./parts.js";

interface TableOptions {
  /** Number of spaces before every line. */
  readonly indent?: number;
  /** Whether the titles are printed. */
  readonly header?: boolean;
}

/** Number of rows that determine the widths of the columns; a longer cell in a later row shifts the rest of its line to the right. */
const MEASURED_ROWS = 10_000;

/** Maximum width that a column reserves; longer cells shift the rest of their line. */
const MAX_COLUMN_WIDTH = 64;

/** Minimum width of the last column, which has the longest texts; minor columns are omitted to make room for it. */
const LAST = 24;

/** Number of spaces between columns. */
const GAP = 2;

/**
 * Prints a table. On a terminal, minor columns are omitted if there is no room, and lines are cut at its width. Rows are generated as they are
 * printed, so a table of a million rows takes little memory.
 */
export function printTable(
  streams: Streams,
  columns: readonly TableColumn[],
  rows: Iterable<readonly Cell[]>,
  { indent = 0, header = true }: TableOptions = {},
): void {
  if (streams.parts) {
    streams.parts.table(header ? columns : undefined, rows);
    return;
  }
  const { out } = streams;
  const { bold, dim } = colorsOf(streams);
  const titles = columns.map(({ title }) => title);
  const widths = (header ? titles : titles.map(() => "")).map(displayWidth);
  const room = out.isTTY ? terminalWidth(streams) : undefined;
  const rest = rows[Symbol.iterator]();
  const measured: string[][] = [];
  for (let next = rest.next(); !next.done; next = rest.next()) {
    const cells = next.value.map(cellText);
    for (const [i, cell] of cells.entries())
      widths[i] = Math.max(widths[i] ?? 0, Math.min(displayWidth(cell), MAX_COLUMN_WIDTH));
    if (measured.push(cells) >= MEASURED_ROWS) break;
  }
  const shown = columnsWithin(room === undefined ? undefined : room - indent, columns, widths);
  const writers = shown.map((i) => new CellWriter(columns[i], widths[i] ?? 0));
  const lines = new LineOutput(out);
  const { text } = lines;
  const writeLine = (cells: readonly Cell[], style?: (line: string) => string) => {
    const start = text.used;
    text.reserve(indent);
    text.spaces(indent);
    for (let at = 0; at < shown.length; at++) {
      const i = shown[at] as number;
      text.reserve(GAP);
      if (at > 0) text.spaces(GAP);
      (writers[at] as CellWriter).write(text, i < cells.length ? cells[i] : "");
    }
    text.trimEnd(start);
    if (room !== undefined) {
      const line = cut(text.toString(start), room);
      text.used = start;
      text.text(style ? style(line) : line);
    }
    lines.endLine();
  };
  try {
    if (header) writeLine(titles, bold);
    for (const cells of measured) writeLine(cells);
    for (let next = rest.next(); !next.done; next = rest.next()) writeLine(next.value);
    const hidden = titles.filter((_, i) => !shown.includes(i));
    if (hidden.length > 0) {
      text.text(dim(cut(`no room for ${hidden.join(", ")}`, room)));
      lines.endLine();
    }
  } finally {
    lines.flush();
  }
}

/** Indexes of the columns that are printed. */
function columnsWithin(room: number | undefined, columns: readonly TableColumn[], widths: readonly number[]): number[] {
  let shown = [...columns.keys()];
  const last = columns.length - 1;
  const needed = () =>
    shown.reduce((sum, i) => sum + (i === last ? Math.min(widths[i] ?? 0, LAST) : (widths[i] ?? 0)) + GAP, 0);
  while (room !== undefined && needed() - GAP > room) {
    const minor = shown.filter((i) => columns[i]?.minor).at(-1);
    if (minor === undefined) break;
    shown = shown.filter((i) => i !== minor);
  }
  return shown;
}

function cellText(cell: Cell): string {
  return cell === undefined ? "-" : typeof cell === "string" ? oneLine(cell) : String(cell);
}

/** Writes the aligned cells of a column. A cell that equals the one above is not aligned again: in long tables most are. */
class CellWriter {
  private cell: Cell = "";
  private text: Uint8Array;

  constructor(
    private readonly column: TableColumn | undefined,
    private readonly width: number,
  ) {
    this.text = utf8(" ".repeat(width));
  }

  write(out: TextBuffer, cell: Cell): void {
    if (cell instanceof TextBuffer) {
      const padding = Math.max(0, this.width - cell.used);
      out.reserve(padding + cell.used);
      if (this.column?.align === "right") out.spaces(padding);
      out.copy(cell.bytes, cell.used);
      if (this.column?.align !== "right") out.spaces(padding);
      return;
    }
    if (cell !== this.cell) {
      const text = cellText(cell);
      const padding = " ".repeat(Math.max(0, this.width - displayWidth(text)));
      this.cell = cell;
      this.text = utf8(this.column?.align === "right" ? padding + text : text + padding);
    }
    out.reserve(this.text.length);
    out.copy(this.text);
  }
}

/** Cuts a line that is too long for the terminal; its last character marks the cut. */
export function cut(line: string, room: number | undefined): string {
  if (room === undefined || displayWidth(line) <= room) return line;
  let kept = "";
  let width = 1;
  for (const character of line) {
    width += displayWidth(character);
    if (width > room) break;
    kept += character;
  }
  return `${kept}…`;
}

const PLAIN = /^[\x20-\x7e]*$/;

/** Number of columns of a terminal that a text takes. */
export function displayWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  // Compiled on first use, because character classes take a noticeable part of a short run.
  const wide =
    /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60]/u;
  const mark = /\p{M}/u;
  let width = 0;
  for (const character of text) width += wide.test(character) ? 2 : mark.test(character) ? 0 : 1;
  return width;
}
