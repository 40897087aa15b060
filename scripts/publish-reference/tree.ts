/** The files of the generated reference. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { CommandError } from "../../generator/command-error.js";
import { isSystemError } from "../../tools/errors/system-reason.js";

export interface TreeFile {
  /** Path from the root, with slashes. */
  readonly path: string;
  /** Path of the file on this machine. */
  readonly source: string;
  readonly bytes: Buffer;
}

/**
 * All files, in an order that does not depend on the file system.
 *
 * @throws {CommandError} when there is nothing, or it cannot be read
 */
export function readTree(root: string): TreeFile[] {
  try {
    const paths = listFiles(root);
    if (!paths.includes("index.html"))
      throw new CommandError("unreadable-reference", `${root} holds no reference; run: npm run gen`);
    return paths.map((path) => {
      const source = resolve(root, path);
      return { path, source, bytes: readFileSync(source) };
    });
  } catch (error) {
    if (isSystemError(error)) throw new CommandError("unreadable-reference", error.message);
    throw error;
  }
}

/** Paths of all files and links below a directory, sorted; none when it does not exist. */
export function listFiles(root: string): string[] {
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) return [];
  return [...walk(root, "")].sort((a, b) => (a < b ? -1 : 1));
}

/** Not readdir's recursion, which follows links to other places. */
function* walk(root: string, below: string): Generator<string> {
  for (const entry of readdirSync(join(root, below), { withFileTypes: true })) {
    if (entry.isDirectory()) yield* walk(root, `${below}${entry.name}/`);
    else yield below + entry.name;
  }
}

/** Returns a function for the lock of a place, which reports that another process is using it. */
export function tellWaiting(place: string): (pid: number) => void {
  return (pid) => {
    process.stderr.write(`publish-reference: waiting for process ${pid}, which is at work on ${place}\n`);
  };
}

/** Number and size of the files, e.g. `412 files, 5.1 MB`. */
export function sizeText(files: readonly TreeFile[]): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
  return `${files.length} files, ${(bytes / 1e6).toFixed(1)} MB`;
}
