/** The schema of images in a directory, resolved for comparison with headers. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { schemaFiles } from "../load/files.js";
import type { SchemaText } from "../load/index.js";
import type { Problem } from "../problem.js";
import { readModel } from "../read-model.js";
import { IMAGE, unitOf } from "../units.js";
import { schemaText } from "../write/schema-journal.js";
import { Description } from "./described.js";

export interface SchemaFiles {
  readonly texts: readonly SchemaText[];
  readonly jsonSchema: object;
}

/**
 * Reads the files of the schema.
 *
 * @throws errors of the file system
 * @throws {SyntaxError} when the JSON Schema itself is not valid JSON
 */
export function readSchemaFiles(root: string): SchemaFiles {
  return {
    texts: schemaFiles(root)
      .filter((file) => unitOf(file) === IMAGE)
      .map((file) => ({ file, text: schemaText(root, file) })),
    jsonSchema: JSON.parse(readFileSync(join(root, "schema/schema.json"), "utf8")) as object,
  };
}

/** Resolves the schema. Problems of members show only when layouts are computed: for all versions with `wholly`, else for the newest. */
export function describeSchema(
  { texts, jsonSchema }: SchemaFiles,
  wholly = false,
): { readonly description: Description } | { readonly problems: readonly Problem[] } {
  const read = readModel(texts, jsonSchema, ({ abis, versions }) =>
    wholly ? abis : abis.filter(({ version }) => version === versions.at(-1)),
  );
  return "problems" in read ? read : { description: new Description(read.model, read.structs) };
}
