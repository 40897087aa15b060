/** Passes hostile headers to comparison and import, which must only throw errors with a place. Works on texts: no file of the schema is written. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { BrokenHeader } from "../../generator/header/broken.js";
import { compareHeaders } from "../../generator/header/compare.js";
import type { Description } from "../../generator/header/described.js";
import { importHeaders } from "../../generator/header/import/index.js";
import { report, reportLines } from "../../generator/header/report.js";
import { findHeaders } from "../../generator/header/sources.js";
import type { SchemaFiles } from "../../generator/read-schema.js";
import type { HostileHeaders } from "./hostile.js";

/** Maximum number of characters of a message about headers: a place, a sentence, a line. */
const MAX_MESSAGE_LENGTH = 4000;

export type Outcome = "refused" | "compared" | "imported";

/** The schema that the headers are compared with. */
interface Schema {
  readonly files: SchemaFiles;
  readonly description: Description;
}

/**
 * Writes the headers into an empty directory, and reads them. `imports` also applies the difference to the texts of the schema.
 *
 * @throws {Error} when something forbidden happened
 */
export function tryHeaders({ files }: HostileHeaders, directory: string, schema: Schema, imports: boolean): Outcome {
  for (const [path, text] of files) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  try {
    const sources = findHeaders([directory]);
    const version = schema.description.model.versions.at(-1);
    if (!version) throw new Error("the schema has no version");
    const [arch] = schema.description.model.arches;
    const comparison = compareHeaders(sources, schema.description, { version, ...(arch && { arches: [arch] }) });
    reportLines(report(comparison));
    if (!imports) return "compared";
    importHeaders(sources, schema.files, { version: { id: "v99", date: "2030-01-01" }, renames: true });
    return "imported";
  } catch (error) {
    if (!(error instanceof BrokenHeader)) throw error;
    const { file, line, column } = error.problem;
    if (file === "" || !(line > 0) || !(column > 0)) throw new Error(`an error without a place: ${error.message}`);
    if (error.message.length > MAX_MESSAGE_LENGTH)
      throw new Error(`an error of ${error.message.length} characters: ${error.message.slice(0, 200)}…`);
    return "refused";
  }
}
