/** The schema of images in a directory, worked out, for comparison with headers. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findCycles } from "../check/cycles.js";
import { layOut } from "../layout.js";
import { schemaFiles } from "../load/files.js";
import { load, type SchemaText } from "../load/index.js";
import { type Problem, sortProblems } from "../problem.js";
import { resolve } from "../resolve/index.js";
import { IMAGE, unitOf } from "../units.js";
import { schemaText } from "../write/schema-journal.js";
import { Description } from "./described.js";

export interface SchemaFiles {
  readonly texts: readonly SchemaText[];
  readonly jsonSchema: object;
}

/** Throws the errors of the file system, and a SyntaxError when the JSON Schema is none. */
export function readSchemaFiles(root: string): SchemaFiles {
  return {
    texts: schemaFiles(root)
      .filter((file) => unitOf(file) === IMAGE)
      .map((file) => ({ file, text: schemaText(root, file) })),
    jsonSchema: JSON.parse(readFileSync(join(root, "schema/schema.json"), "utf8")) as object,
  };
}

/**
 * Lints are not asked: headers are compared with what is written, good or bad. What is wrong with a member comes out when its layout is
 * computed; `wholly` computes all.
 */
export function describeSchema(
  { texts, jsonSchema }: SchemaFiles,
  wholly = false,
): { readonly description: Description } | { readonly problems: readonly Problem[] } {
  const loaded = load(texts, jsonSchema);
  if (loaded.problems.length > 0) return { problems: sortProblems(loaded.problems) };
  const { model, structs, problems } = resolve(loaded.documents);
  const abis = wholly ? model.abis : model.abis.filter(({ version }) => version === model.versions.at(-1));
  const layouts = layOut({ ...model, abis }, structs);
  const all = [...problems, ...findCycles(model, layouts)];
  return all.length > 0 ? { problems: sortProblems(all) } : { description: new Description(model, structs) };
}
