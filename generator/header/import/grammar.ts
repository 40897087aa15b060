/** A grammar rule for new records that do not have their place in the stream yet. The generator rejects it. */
import type { SchemaEdit } from "./files.js";

/** Name of the rule for new records. */
const UNPLACED = "unplaced";

export function waitForPlace(edit: SchemaEdit, records: readonly string[], version: string): void {
  const [file] = edit.withSection("grammar");
  if (!file || records.length === 0) return;
  const path = ["grammar", "rules"];
  const items = records.flatMap((record) => [`    - record: ${record}`, `      since: ${version}`]);
  file.addEntry(path, [
    `${UNPLACED}:`,
    '  doc: "TODO: move these records to their places in the stream, and remove this rule."',
    "  sequence:",
    ...items,
  ]);
}
