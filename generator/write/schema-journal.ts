/**
 * Texts of the schema changed together: all or none, whenever the process is killed.
 *
 *   .import-next    the new texts, and the old ones beside them, are being written
 *   .import-pending all are written, which decides: each new text takes its place by a rename
 *   .import-undo    one could not: those that have been placed get their old texts back
 *
 * One rename leads from each of these directories of `schema/` to the next, and what is done in one can be done again. So the next run
 * finishes what a crash left. Callers that write hold the lock of the root.
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

/** Puts the texts in the place of the files, all or none. Throws the errors of the file system; the files are as they were then. */
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
 * Finishes what a crash left.
 *
 * @throws {CommandError} when a file that an import changes has been edited since the import was cut off
 */
export function recoverSchema(root: string): void {
  if (existsSync(join(root, UNDO))) undo(root);
  if (existsSync(join(root, PENDING))) {
    for (const file of filesIn(join(root, PENDING, "new"))) refuseEdited(root, file);
    finish(root);
  }
  removeBeginning(join(root, NEXT));
}

/** The text of a file of the schema: the new one from the moment on in which all new ones are decided. */
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

/** What is not among the new texts any more has been placed. */
function undo(root: string): void {
  const placed = new Set(filesIn(join(root, UNDO, "old")));
  for (const file of filesIn(join(root, UNDO, "new"))) placed.delete(file);
  for (const file of placed) renameSync(join(root, UNDO, "old", file), join(root, "schema", file));
  clear(root, UNDO);
}

/** A directory that is half removed must not be taken for one with work left. */
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
      `an import was cut off, and schema/${file} has been edited since; remove ${PENDING} to keep the edit without the import, or the edit to finish the import`,
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
