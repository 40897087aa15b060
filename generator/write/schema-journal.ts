/**
 * Changes several texts of the schema together: all or none, even if the process is killed.
 *
 *   .import-next    the new texts and copies of the old ones are being written
 *   .import-pending all are written, which commits the change: each new text is moved into place by a rename
 *   .import-undo    a rename failed: the old texts of those already moved are restored
 *
 * Each of these directories in `schema/` becomes the next by one rename, and all work in one can be repeated. So the next run completes what a crash
 * interrupted. Callers that write hold the lock of the root.
 */
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { CommandError } from "../command-error.js";
import type { SchemaText } from "../load/index.js";
import { writeDurably } from "./durable.js";
import { removeBeginning, unique } from "./swap-tree.js";

const NEXT = "schema/.import-next";
const PENDING = "schema/.import-pending";
const UNDO = "schema/.import-undo";

/**
 * Replaces the files by the texts, all or none.
 *
 * @throws errors of the file system; the files are unchanged then
 */
export function placeTogether(root: string, texts: readonly SchemaText[]): void {
  const next = unique(join(root, NEXT));
  try {
    for (const { file, text } of texts) {
      const before = readFileSync(join(root, file));
      for (const [age, content] of [
        ["old", before],
        ["new", text],
      ] as const) {
        const path = join(next, age, relative("schema", file));
        mkdirSync(dirname(path), { recursive: true });
        writeDurably(path, content);
      }
    }
    renameSync(next, join(root, PENDING));
  } catch (error) {
    rmSync(next, { recursive: true, force: true });
    throw error;
  }
  try {
    finish(root);
  } catch (error) {
    renameSync(join(root, PENDING), join(root, UNDO));
    undo(root);
    throw error;
  }
}

/**
 * Completes a change that a crash interrupted.
 *
 * @throws {CommandError} when a file that an import changes has been edited since the import was interrupted
 */
export function recoverSchema(root: string): void {
  if (existsSync(join(root, UNDO))) undo(root);
  if (existsSync(join(root, PENDING))) {
    for (const file of filesIn(join(root, PENDING, "new"))) refuseEdited(root, file);
    finish(root);
  }
  removeBeginning(join(root, NEXT));
}

/** The text of a schema file: the new one as soon as the change is committed. */
export function schemaText(root: string, file: string): string {
  const read = (path: string) => readFileSync(join(root, path), "utf8");
  try {
    return read(join(PENDING, "new", relative("schema", file)));
  } catch {
    return read(file);
  }
}

function finish(root: string): void {
  for (const file of filesIn(join(root, PENDING, "new")))
    renameSync(join(root, PENDING, "new", file), join(root, "schema", file));
  clear(root, PENDING);
}

/** New texts that are no longer in the directory were already moved into place. */
function undo(root: string): void {
  const placed = new Set(filesIn(join(root, UNDO, "old")));
  for (const file of filesIn(join(root, UNDO, "new"))) placed.delete(file);
  for (const file of placed) renameSync(join(root, UNDO, "old", file), join(root, "schema", file));
  clear(root, UNDO);
}

/** Renamed before it is removed, so that a partly removed directory is not mistaken for pending work. */
function clear(root: string, directory: string): void {
  const next = unique(join(root, NEXT));
  renameSync(join(root, directory), next);
  rmSync(next, { recursive: true, force: true });
}

function refuseEdited(root: string, file: string): void {
  const now = readFileSync(join(root, "schema", file), "utf8");
  if (now !== readFileSync(join(root, PENDING, "old", file), "utf8"))
    throw new CommandError(
      "edited-since",
      `an import was interrupted, and schema/${file} has been edited since; remove ${PENDING} to keep the edit without the import, or the edit to finish the import`,
    );
}

function filesIn(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true })
    .map(String)
    .filter((path) => !lstatSync(join(directory, path)).isDirectory())
    .map((path) => path.split(sep).join("/"))
    .sort();
}
