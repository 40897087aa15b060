/**
 * Step 6: writes texts to disk, all or none.
 *
 * The new tree is built next to the old one, with hard links to unchanged files (which keep their times), and then replaces it as a whole. Until then
 * a crash or a full disk leaves the old tree unchanged; after a crash during the replacement, the next run completes it.
 */
import {
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { writeDurably } from "./durable.js";
import { type Release, takeLock } from "./lock.js";
import { recoverTree, replaceTree, type TreePlaces } from "./swap-tree.js";

/** Directory below the root whose content the generator owns. */
const OUTPUT = "generated";

/** The page that shows images. The command makes it after the output, of which it is no part: it is neither compared nor removed. */
export const INSPECTOR = `${OUTPUT}/reference/inspect.html`;

export interface OutputDifference {
  /** Paths from the root of files that are missing or have different content. */
  readonly changed: readonly string[];
  /** Paths from the root of files that should not exist. */
  readonly superfluous: readonly string[];
}

/** Compares the texts with the disk. Writes nothing. */
export function compare(root: string, files: ReadonlyMap<string, string>): OutputDifference {
  const changed = [...files].filter(([path, text]) => readText(join(root, path)) !== text).map(([path]) => path);
  const superfluous = existing(root).filter((path) => !files.has(path));
  return { changed: changed.sort(), superfluous: superfluous.sort() };
}

/**
 * Takes the lock for changes to the schema or the output of a root, so that no process reads the schema to write the output while another changes it.
 *
 * @throws {CommandError} when another process holds it for too long
 */
export function lockRoot(root: string, waiting?: (pid: number) => void): Release {
  return takeLock(join(root, `.${OUTPUT}-lock-`), waiting);
}

/** Restores the output that a crash left next to its place. The caller holds the lock of the root. */
export function recover(root: string): void {
  recoverTree(placesIn(root));
}

/**
 * Updates the output under the lock of the root; writes nothing when it is up to date.
 *
 * @throws errors of the file system; the old output is intact then
 */
export function write(root: string, files: ReadonlyMap<string, string>): OutputDifference {
  const release = lockRoot(root);
  try {
    recover(root);
    const difference = compare(root, files);
    if (difference.changed.length > 0 || difference.superfluous.length > 0) replaceOutput(root, files, difference);
    return difference;
  } finally {
    release();
  }
}

function replaceOutput(root: string, files: ReadonlyMap<string, string>, difference: OutputDifference): void {
  const changed = new Set(difference.changed);
  replaceTree(placesIn(root), (next) => {
    for (const [path, text] of files) {
      const target = join(next, relative(OUTPUT, path));
      mkdirSync(dirname(target), { recursive: true });
      if (!changed.has(path)) keep(join(root, path), target);
      // The file may have changed since it was compared.
      if (changed.has(path) || readText(target) !== text) {
        rmSync(target, { force: true });
        writeDurably(target, text);
      }
    }
    if (existsSync(join(root, INSPECTOR))) keep(join(root, INSPECTOR), join(next, relative(OUTPUT, INSPECTOR)));
  });
}

function placesIn(root: string): TreePlaces {
  const sibling = (name: string) => join(root, `.${OUTPUT}-${name}`);
  return { target: join(root, OUTPUT), old: sibling("old"), next: sibling("next") };
}

/** Links an unchanged file; copies it with its times where the file system has no hard links. */
function keep(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
    const { atime, mtime } = statSync(from);
    utimesSync(to, atime, mtime);
  }
}

/** The files of the output on the disk. */
export function outputFiles(root: string): [path: string, content: Buffer][] {
  return existing(root).map((path) => [path, readFileSync(join(root, path))]);
}

function existing(root: string): string[] {
  const base = join(root, OUTPUT);
  if (!existsSync(base)) return [];
  return readdirSync(base, { recursive: true })
    .map(String)
    .filter((path) => !lstatSync(join(base, path)).isDirectory())
    .map((path) => `${OUTPUT}/${path.split(sep).join("/")}`)
    .filter((path) => path !== INSPECTOR);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
