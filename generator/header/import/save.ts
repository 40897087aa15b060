/**
 * Texts to the files of the schema, all or none: each is written whole beside its file first, and only when that has worked for all do they
 * take their places. If one cannot, those before it get their old texts back.
 */
import { readFileSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { SchemaText } from "../../load.js";
import { writeDurably } from "../../write.js";

/** Throws the errors of the file system; the files are as they were then. Returns the paths that were written. */
export function saveTexts(root: string, texts: readonly SchemaText[]): string[] {
  const changed = texts
    .map(({ file, text }) => ({ file, text, path: join(root, file), before: readFileSync(join(root, file), "utf8") }))
    .filter(({ text, before }) => text !== before);
  // Hidden, so that a generator that watches does not take them for a part of the schema.
  const beside = (path: string) => join(dirname(path), `.${basename(path)}.import-${process.pid}`);
  const placed: typeof changed = [];
  try {
    for (const { path, text } of changed) writeDurably(beside(path), text);
    for (const file of changed) {
      renameSync(beside(file.path), file.path);
      placed.push(file);
    }
  } catch (error) {
    for (const { path } of changed) rmSync(beside(path), { force: true });
    for (const { path, before } of placed) {
      writeDurably(beside(path), before);
      renameSync(beside(path), path);
    }
    throw error;
  }
  return changed.map(({ file }) => file);
}
