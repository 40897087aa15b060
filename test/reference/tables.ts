/** Finds tables on a page, and their cells as plain text. */
import { type Block, type Page, plain } from "../../generator/emit/reference/content.js";

export type Table = Extract<Block, { kind: "table" }>;

export function tablesOf({ blocks }: Page): Table[] {
  return blocks.filter((block) => block.kind === "table");
}

export function table(page: Page, caption: string): Table {
  const found = tablesOf(page).find((one) => one.caption === caption);
  if (!found) throw new Error(`${page.path} has no table ${JSON.stringify(caption)}`);
  return found;
}

/** Cells by column title. */
export function rowsOf({ columns, rows }: Table): Record<string, string>[] {
  return rows.map(({ cells }) => Object.fromEntries(columns.map(({ title }, i) => [title, plain(cells[i] ?? [])])));
}

/** The row whose first cell is the text, or begins with it as whole words. */
export function row(page: Page, caption: string, name: string): Record<string, string> {
  const found = table(page, caption);
  const first = found.columns[0]?.title ?? "";
  const match = rowsOf(found).find((cells) => `${cells[first]} `.startsWith(`${name} `));
  if (!match) throw new Error(`the table ${JSON.stringify(caption)} has no row ${name}`);
  return match;
}
