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

/** Initial size of the buffer for the texts of cells, in bytes. */
const SMALL = 2 * 1024;

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
  const room = out.isTTY ? terminalWidth(streams) : undefined;
  const rest = rows[Symbol.iterator]();
  const cells = new CellTexts(columns.length);
  if (header) cells.addRow(titles);
  for (let next = rest.next(); !next.done; next = rest.next()) {
    cells.addRow(next.value);
    if (cells.rows >= MEASURED_ROWS) break;
  }
  const widths = cells.columnWidths();
  const shown = columnsWithin(room === undefined ? undefined : room - indent, columns, widths);
  const isRight = columns.map(({ align }) => align === "right");
  const lines = new LineOutput(out);
  const { text } = lines;
  const writeLine = (row: number, style?: (line: string) => string) => {
    const start = text.used;
    text.reserve(indent);
    text.spaces(indent);
    for (let at = 0; at < shown.length; at++) {
      const i = shown[at] as number;
      text.reserve(GAP);
      if (at > 0) text.spaces(GAP);
      cells.write(text, row, i, widths[i] as number, isRight[i] as boolean);
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
    for (let row = 0; row < cells.rows; row++) writeLine(row, header && row === 0 ? bold : undefined);
    for (let next = rest.next(); !next.done; next = rest.next()) {
      cells.clear();
      cells.addRow(next.value);
      writeLine(0);
    }
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

/** The texts of the cells of some rows, not aligned yet. */
class CellTexts {
  private readonly text = new TextBuffer(SMALL);
  /** For each cell, row by row, the offset after its text and its width in columns of a terminal. */
  private readonly ends: number[] = [];
  private readonly widths: number[] = [];
  private readonly columns: readonly LastCell[];

  constructor(count: number) {
    this.columns = Array.from({ length: count }, () => new LastCell());
  }

  get rows(): number {
    return this.ends.length / this.columns.length;
  }

  clear(): void {
    this.text.clear();
    this.ends.length = 0;
    this.widths.length = 0;
  }

  /** Adds a row. Cells that it lacks are empty. */
  addRow(cells: readonly Cell[]): void {
    const { text, columns } = this;
    for (let i = 0; i < columns.length; i++) {
      const cell = i < cells.length ? cells[i] : "";
      if (cell instanceof TextBuffer) {
        text.reserve(cell.used);
        text.copy(cell.bytes, cell.used);
        this.widths.push(cell.used);
      } else {
        const column = columns[i] as LastCell;
        column.set(cell);
        text.reserve(column.text.length);
        text.copy(column.text);
        this.widths.push(column.width);
      }
      this.ends.push(text.used);
    }
  }

  /** The width of each column that its cells need, at most {@link MAX_COLUMN_WIDTH}. */
  columnWidths(): number[] {
    const { length } = this.columns;
    const most = new Array<number>(length).fill(0);
    this.widths.forEach((width, i) => {
      if (width > (most[i % length] as number)) most[i % length] = Math.min(width, MAX_COLUMN_WIDTH);
    });
    return most;
  }

  /** Appends a cell, aligned in `width` columns of a terminal. */
  write(out: TextBuffer, row: number, column: number, width: number, isRight: boolean): void {
    const i = row * this.columns.length + column;
    const start = i === 0 ? 0 : (this.ends[i - 1] as number);
    const length = (this.ends[i] as number) - start;
    const padding = Math.max(0, width - (this.widths[i] as number));
    out.reserve(padding + length);
    if (isRight) out.spaces(padding);
    out.copyFrom(this.text, start, length);
    if (!isRight) out.spaces(padding);
  }
}

/** The last cell of a column as text: in long tables, most cells equal the one above. */
class LastCell {
  private cell: Cell = "";
  text: Uint8Array = new Uint8Array();
  /** Columns of a terminal. */
  width = 0;

  set(cell: Cell): void {
    if (cell === this.cell) return;
    const text = cellText(cell);
    this.cell = cell;
    this.text = utf8(text);
    this.width = displayWidth(text);
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
