/** Which files the schema and its units consist of, and in what order. */
import { readdirSync } from "node:fs";
import { join, sep } from "node:path";
import { type Unit, unitOf } from "./units.js";

/**
 * Whether a path from the root is one of the schema's YAML files, or one of a unit's. Hidden ones are none: editors keep such beside a file
 * that is being edited.
 */
export function isSchemaFile(path: string, unit?: Unit): boolean {
  return (
    path.endsWith(".yaml") &&
    !path.split("/").some((step) => step.startsWith(".")) &&
    (unit === undefined || unitOf(path) === unit)
  );
}

/** By name; the order of the files is the order of the structs in the output. */
export function schemaOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Paths of the YAML files from the root, in their order; all of them, or those of a unit. */
export function schemaFiles(root: string, unit?: Unit): string[] {
  return readdirSync(join(root, "schema"), { recursive: true })
    .map((path) => ["schema", ...String(path).split(sep)].join("/"))
    .filter((path) => isSchemaFile(path, unit))
    .sort(schemaOrder);
}
