/** Writes texts to the files of the schema, all or none. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { SchemaText } from "../../load/index.js";
import { lockRoot } from "../../write/index.js";
import { placeTogether, recoverSchema } from "../../write/schema-journal.js";

/**
 * Writes the texts that differ from their files.
 *
 * @returns the paths of the written files
 * @throws errors of the file system; the files are unchanged then
 */
export function saveTexts(root: string, texts: readonly SchemaText[]): string[] {
  const release = lockRoot(root);
  try {
    recoverSchema(root);
    const changed = texts.filter(({ file, text }) => readFileSync(join(root, file), "utf8") !== text);
    if (changed.length > 0) placeTogether(root, changed);
    return changed.map(({ file }) => file);
  } finally {
    release();
  }
}
