/** Tables with aligned columns. Cells may come from an image, so terminal control characters in them are escaped. */

import { oneLine } from "../../control-characters.js";
import { TextBuffer } from "../../text-buffer.js";
import { utf8 } from "../../utf8.js";
import { LineOutput } from "./line-output.js";
import type { Cell, TableColumn } from "./parts.js";
import { type Colors, colorsOf, type Streams, terminalWidth } from "./streams.js";

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
  const titles = columns.map(({ title }) => title);
  const rest = rows[Symbol.iterator]();
  const cells = new CellTexts(columns.length);
  if (header) cells.addRow(titles);
  addRows(cells, rest);
  const lines = new TableLines(streams, columns, cells, indent);
  try {
    lines.write(header ? 1 : 0);
    writeRows(lines, cells, rest);
    lines.nameHidden(titles);
  } finally {
    lines.flush();
  }
}

// Each loop over rows is a function of its own, which V8 compiles to fast code in the first long table and keeps.

/** Adds the rows that determine the widths of the columns. */
function addRows(cells: CellTexts, rows: Iterator<readonly Cell[]>): void {
  while (cells.rows < MEASURED_ROWS) {
    const { value, done } = rows.next();
    if (done) break;
    cells.addRow(value);
  }
}

/** Writes the rows that follow those. */
function writeRows(lines: TableLines, cells: CellTexts, rows: Iterator<readonly Cell[]>): void {
  for (let next = rows.next(); !next.done; next = rows.next()) {
    cells.clear();
    cells.addRow(next.value);
    lines.write(0);
  }
}

/** Writes rows as lines. */
class TableLines {
  private readonly colors: Colors;
  private readonly lines: LineOutput;
  private readonly widths: readonly number[];
  private readonly isRight: readonly boolean[];
  /** Columns of the terminal; undefined if the output is none. */
  private readonly room: number | undefined;
  /** Indexes of the columns that are printed. */
  private readonly shown: readonly number[];

  /** @param cells the rows that determine the widths, and later those that are written */
  constructor(
    streams: Streams,
    columns: readonly TableColumn[],
    private readonly cells: CellTexts,
    private readonly indent: number,
  ) {
    this.colors = colorsOf(streams);
    this.lines = new LineOutput(streams.out);
    this.widths = [...cells.most];
    this.isRight = columns.map(({ align }) => align === "right");
    this.room = streams.out.isTTY ? terminalWidth(streams) : undefined;
    this.shown = columnsWithin(this.room === undefined ? undefined : this.room - indent, columns, this.widths);
  }

  /** Writes all rows, the first of which are titles. */
  write(titles: number): void {
    const { rows } = this.cells;
    for (let row = 0; row < rows; row++) this.writeLine(row, row < titles);
  }

  /** Says which columns there was no room for. */
  nameHidden(titles: readonly string[]): void {
    const hidden = titles.filter((_, i) => !this.shown.includes(i));
    if (hidden.length === 0) return;
    this.lines.text.text(this.colors.dim(cut(`no room for ${hidden.join(", ")}`, this.room)));
    this.lines.endLine();
  }

  flush(): void {
    this.lines.flush();
  }

  private writeLine(row: number, isTitle: boolean): void {
    const { cells, shown, widths, isRight, room } = this;
    const { text } = this.lines;
    const start = text.used;
    text.reserve(this.indent);
    text.spaces(this.indent);
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
      text.text(isTitle ? this.colors.bold(line) : line);
    }
    this.lines.endLine();
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

/** The cells of some rows as text that is not aligned yet: the widths of the columns depend on all of them. */
class CellTexts {
  /** Number of rows. */
  rows = 0;
  /** The width of each column that its cells so far need, at most {@link MAX_COLUMN_WIDTH}. */
  readonly most: number[];
  /** Row by row. Undefined for a buffer, whose text is in `text`, up to the offset in `ends`. */
  private readonly cells: (CellText | undefined)[] = [];
  private readonly text = new TextBuffer(SMALL);
  private readonly ends: number[] = [];
  /** The last cell of each column: in long tables, most cells equal the one above. */
  private readonly above: CellText[];

  constructor(count: number) {
    this.most = new Array<number>(count).fill(0);
    this.above = new Array<CellText>(count).fill(new CellText(""));
  }

  clear(): void {
    this.rows = 0;
    this.cells.length = 0;
    this.text.clear();
    this.ends.length = 0;
  }

  /** Adds a row. Cells that it lacks are empty. */
  addRow(cells: readonly Cell[]): void {
    const { text, above, most } = this;
    this.rows++;
    for (let i = 0; i < above.length; i++) {
      const cell = i < cells.length ? cells[i] : "";
      let width: number;
      if (cell instanceof TextBuffer) {
        width = cell.used;
        text.reserve(width);
        text.copyFrom(cell, 0, width);
        this.cells.push(undefined);
      } else {
        let known = above[i] as CellText;
        if (known.cell !== cell) above[i] = known = new CellText(cell);
        width = known.width;
        this.cells.push(known);
      }
      this.ends.push(text.used);
      if (width > (most[i] as number)) most[i] = Math.min(width, MAX_COLUMN_WIDTH);
    }
  }

  /** Appends a cell, aligned in `width` columns of a terminal. */
  write(out: TextBuffer, row: number, column: number, width: number, isRight: boolean): void {
    const i = row * this.above.length + column;
    const cell = this.cells[i];
    if (cell) {
      const text = cell.aligned(width, isRight);
      out.reserve(text.length);
      out.copy(text);
      return;
    }
    const start = i === 0 ? 0 : (this.ends[i - 1] as number);
    const length = (this.ends[i] as number) - start;
    const padding = Math.max(0, width - length);
    out.reserve(padding + length);
    if (isRight) out.spaces(padding);
    out.copyFrom(this.text, start, length);
    if (!isRight) out.spaces(padding);
  }
}

/** The text of a cell, or of several equal cells below each other. */
class CellText {
  /** Columns of a terminal. */
  readonly width: number;
  private readonly text: string;
  private bytes: Uint8Array | undefined;

  constructor(readonly cell: Exclude<Cell, TextBuffer>) {
    this.text = cell === undefined ? "-" : typeof cell === "string" ? oneLine(cell) : String(cell);
    this.width = displayWidth(this.text);
  }

  /** The text aligned in a column, whose width is always the same. */
  aligned(width: number, isRight: boolean): Uint8Array {
    if (!this.bytes) {
      const padding = " ".repeat(Math.max(0, width - this.width));
      this.bytes = utf8(isRight ? padding + this.text : this.text + padding);
    }
    return this.bytes;
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
