/** Which files the schema consists of, and in what order. */
import { readdirSync } from "node:fs";
import { join, sep } from "node:path";

/** Whether a path from the root is one of the schema's YAML files. Hidden ones are none: editors keep such beside a file that is being edited. */
export function isSchemaFile(path: string): boolean {
  return path.endsWith(".yaml") && !path.split("/").some((step) => step.startsWith("."));
}

/** By name; the order of the files is the order of the structs in the output. */
export function schemaOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Paths of the YAML files from the root, in their order. */
export function schemaFiles(root: string): string[] {
  return readdirSync(join(root, "schema"), { recursive: true })
    .map((path) => ["schema", ...String(path).split(sep)].join("/"))
    .filter(isSchemaFile)
    .sort(schemaOrder);
}
