/** Reads the files of the schema from the disk. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CommandError } from "./command-error.js";
import { schemaFiles } from "./load/files.js";
import type { SchemaText } from "./load/index.js";
import { type Unit, unitOf } from "./units.js";
import { schemaText } from "./write/schema-journal.js";

export interface SchemaFiles {
  readonly texts: readonly SchemaText[];
  readonly jsonSchema: object;
}

/**
 * Checks that a directory holds a schema, so that a wrong `--root` is reported as such.
 *
 * @throws {CommandError} `no-schema`
 */
export function requireSchema(root: string): void {
  const directory = join(root, "schema");
  const jsonSchema = join(directory, "schema.json");
  if (!existsSync(jsonSchema)) throw new CommandError("no-schema", `${jsonSchema} does not exist: is --root right?`);
  if (schemaFiles(root).length === 0)
    throw new CommandError("no-schema", `${directory} holds no YAML files: is --root right?`);
}

/**
 * Reads the schema in a directory.
 *
 * @param unit the unit to read; all by default
 * @throws errors of the file system
 * @throws {SyntaxError} when the JSON Schema itself is not valid JSON
 */
export function readSchemaFiles(root: string, unit?: Unit): SchemaFiles {
  const files = schemaFiles(root).filter((file) => unit === undefined || unitOf(file) === unit);
  return {
    texts: files.map((file) => ({ file, text: schemaText(root, file) })),
    jsonSchema: readJsonSchema(root),
  };
}

function readJsonSchema(root: string): object {
  const text = readFileSync(join(root, "schema", "schema.json"), "utf8");
  try {
    return JSON.parse(text) as object;
  } catch (error) {
    throw new SyntaxError(`schema/schema.json: ${(error as Error).message}`);
  }
}
