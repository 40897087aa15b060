/** Fields by a path, for a change. */
import { type FieldReport, fieldReport, fieldsAt } from "../../../tools/edit/get.js";
import { parsePath } from "../../../tools/edit/path.js";
import { Resolver } from "../../../tools/edit/resolve.js";
import type { Opened } from "../opened.js";
import { shown } from "../shown.js";

export type FieldRow = Pick<FieldReport, "path" | "text" | "type" | "offset" | "size">;

/** Maximum number of fields of an answer. */
const MAX_FIELDS = 50;

/** Maximum length of a value in characters. */
const MAX_TEXT = 4096;

/**
 * The fields that a path leads to.
 *
 * @throws {UsageError} (`bad-path`) when it leads nowhere
 */
export function fields({ image }: Opened, { path }: { readonly path: string }): FieldRow[] {
  const rows: FieldRow[] = [];
  for (const listed of fieldsAt(new Resolver(image), parsePath(path))) {
    const { path: full, text, type, offset, size } = fieldReport(listed);
    // A cut value must not be taken for the whole one.
    rows.push({ path: shown(full), text: text.length > MAX_TEXT ? "" : text, type, offset, size });
    if (rows.length >= MAX_FIELDS) break;
  }
  return rows;
}
