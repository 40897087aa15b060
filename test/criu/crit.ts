/** Dumps in folders as CRIU's own library reads them, in a form for comparisons. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type CriuValue, readCriu } from "../machine/crit.js";

export { critReads as hasCrit, criuLibrary } from "../machine/crit.js";

/** A message with all numbers as texts, whatever their width. Bytes are in base64, those that follow an entry in `extra`. */
// biome-ignore lint/suspicious/noExplicitAny: messages of all kinds
export type CritEntry = Record<string, any>;

/** Entries of all image files of a folder but those of pages, by name of the file. */
export function critEntries(folder: string): Record<string, CritEntry[]> {
  const files = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
  return Object.fromEntries(
    [...readCriu(files)].map(([name, { entries }]) => [`${name}.img`, entries.map(inTexts) as CritEntry[]]),
  );
}

function inTexts(value: CriuValue): unknown {
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return value.map(inTexts);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, inTexts(member as CriuValue)]));
}
