/** The files of the schema, and their order. */
import { readdirSync } from "node:fs";
import { join, sep } from "node:path";

/** Whether a path from the root is a YAML file of the schema. Hidden files are not: editors keep such files next to one that is being edited. */
export function isSchemaFile(path: string): boolean {
  return path.endsWith(".yaml") && !path.split("/").some((step) => step.startsWith("."));
}

/** Compares paths by name; the order of files determines the order of structs in the output. */
export function schemaOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Paths of the YAML files from the root, in order. */
export function schemaFiles(root: string): string[] {
  return readdirSync(join(root, "schema"), { recursive: true })
    .map((path) => ["schema", ...String(path).split(sep)].join("/"))
    .filter(isSchemaFile)
    .sort(schemaOrder);
}
