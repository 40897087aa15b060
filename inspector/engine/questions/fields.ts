/** Fields by a path, for a change. */
import { type FieldReport, fieldReport, fieldsAt } from "../../../tools/edit/get.js";
import { parsePath } from "../../../tools/edit/path.js";
import { Resolver } from "../../../tools/edit/resolve.js";
import type { Opened } from "../opened.js";
import { shown } from "../shown.js";

export interface FieldRow extends Pick<FieldReport, "path" | "type" | "offset" | "size"> {
  /** The value as it can be written; undefined if it is too long to be shown. */
  readonly text: string | undefined;
}

/** Maximum number of fields of an answer. */
const MAX_FIELDS = 50;

/** Maximum size in bytes of a value that is shown. A cut value could be taken for the whole one. */
const MAX_BYTES = 4096;

/**
 * The fields that a path leads to.
 *
 * @throws {UsageError} (`bad-path`) when it leads nowhere
 */
export function fields({ image }: Opened, { path }: { readonly path: string }): FieldRow[] {
  const rows: FieldRow[] = [];
  for (const listed of fieldsAt(new Resolver(image), parsePath(path))) {
    const { type, offset, size } = listed.field;
    const text = size > MAX_BYTES ? undefined : fieldReport(listed).text;
    rows.push({ path: shown(listed.path), text, type, offset, size });
    if (rows.length >= MAX_FIELDS) break;
  }
  return rows;
}
