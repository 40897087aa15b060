/** The parts that listings consist of. */
import type { TextBuffer } from "../../text-buffer.js";

/** A line that begins with a label. */
export type Fact = readonly [label: string, text: string];

export interface TableColumn {
  readonly title: string;
  /** Alignment of the cells; numbers are aligned to the right. */
  readonly align?: "left" | "right";
  /** Whether the column is omitted if a terminal is too narrow; the last such column is omitted first. */
  readonly minor?: true;
}

/** A table cell; `undefined` is shown as a dash. A buffer has printable ASCII text, which may change when the next row is requested. */
export type Cell = string | number | bigint | TextBuffer | undefined;

/** Level of a heading: 1 begins a section, 2 a part of one. */
export type HeadingLevel = 1 | 2;

/** Takes the parts of a listing as they are, to lay them out itself. */
export interface PartReceiver {
  heading(text: string, level: HeadingLevel): void;
  facts(facts: readonly Fact[]): void;
  /** Takes a table; `columns` is undefined if it has no titles. */
  table(columns: readonly TableColumn[] | undefined, rows: Iterable<readonly Cell[]>): void;
}
