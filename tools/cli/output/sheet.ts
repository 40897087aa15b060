/** A listing as its parts, for a page: headings, facts and tables in place of aligned text. */

import { oneLine } from "../../control-characters.js";
import { TextBuffer } from "../../text-buffer.js";
import type { Cell, Fact, HeadingLevel, PartReceiver, TableColumn } from "./parts.js";
import type { Streams } from "./streams.js";

/** A part of a listing. No text of it has a character that could control a terminal or change the direction of a line. */
export type Part =
  | { readonly kind: "heading"; readonly text: string; readonly level: HeadingLevel }
  | { readonly kind: "line"; readonly text: string }
  | { readonly kind: "facts"; readonly facts: readonly Fact[] }
  | {
      readonly kind: "table";
      readonly columns: readonly TableColumn[] | undefined;
      /** Undefined for a cell that is shown as a dash. */
      readonly rows: readonly (readonly (string | undefined)[])[];
      /** Whether there are more rows than these. */
      readonly isCut: boolean;
    };

/** Maximum number of rows in all tables together. A page cannot show more, and an image may have any number. */
const MAX_ROWS = 5000;

/** Collects what a listing prints. */
export class Sheet implements PartReceiver {
  readonly parts: Part[] = [];
  /** The streams of a command that prints into this sheet. */
  readonly streams: Streams;
  private rows = 0;

  constructor() {
    const out = { write: (text: string | Uint8Array) => this.line(String(text)) };
    this.streams = { out, err: out, env: {}, parts: this };
  }

  heading(text: string, level: HeadingLevel): void {
    this.parts.push({ kind: "heading", text: oneLine(text), level });
  }

  facts(facts: readonly Fact[]): void {
    if (facts.length === 0) return;
    this.parts.push({ kind: "facts", facts: facts.map(([label, text]) => [oneLine(label), oneLine(text)]) });
  }

  table(columns: readonly TableColumn[] | undefined, cells: Iterable<readonly Cell[]>): void {
    const rows: (string | undefined)[][] = [];
    let isCut = false;
    for (const row of cells) {
      isCut = this.rows >= MAX_ROWS;
      if (isCut) break;
      this.rows++;
      rows.push(row.map(cellText));
    }
    this.parts.push({ kind: "table", columns, rows, isCut });
  }

  private line(text: string): void {
    const clean = oneLine(text.trim());
    if (clean !== "") this.parts.push({ kind: "line", text: clean });
  }
}

function cellText(cell: Cell): string | undefined {
  if (cell === undefined) return undefined;
  return typeof cell === "string" ? oneLine(cell) : cell instanceof TextBuffer ? cell.toString() : String(cell);
}
