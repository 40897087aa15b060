/**
 * Step 6: texts to disk, all or nothing.
 *
 * The new tree is built beside the old one, with hard links to the files that did not change (so their times stay), and takes its place as a
 * whole. Until then a crash or a full disk leaves the old tree as it was; a crash at that moment is mended by the next run.
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

/** Directory, below the root, that the generator owns. */
const OUTPUT = "generated";

export interface Difference {
  /** Paths from the root that are missing or have another content. */
  readonly changed: readonly string[];
  /** Paths from the root that should not be there. */
  readonly superfluous: readonly string[];
}

/** What differs between the texts and the disk. Writes nothing. */
export function compare(root: string, files: ReadonlyMap<string, string>): Difference {
  const changed = [...files].filter(([path, text]) => readText(join(root, path)) !== text).map(([path]) => path);
  const superfluous = existing(root).filter((path) => !files.has(path));
  return { changed: changed.sort(), superfluous: superfluous.sort() };
}

/**
 * Takes the lock of all that changes the schema or the output of a root: no other process reads the one to write the other meanwhile.
 *
 * @throws {CommandError} when another process keeps it for long
 */
export function lockRoot(root: string, waiting?: (pid: number) => void): Release {
  return takeLock(join(root, `.${OUTPUT}-lock-`), waiting);
}

/** Puts the output back where a crash left it beside its place. The caller has the lock of the root. */
export function recover(root: string): void {
  recoverTree(placesIn(root));
}

/**
 * Brings the disk up to date, one process at a time. Touches nothing when nothing differs. Throws the errors of the file system; the old
 * output is whole then.
 */
export function write(root: string, files: ReadonlyMap<string, string>): Difference {
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

function replaceOutput(root: string, files: ReadonlyMap<string, string>, difference: Difference): void {
  const changed = new Set(difference.changed);
  replaceTree(placesIn(root), (next) => {
    for (const [path, text] of files) {
      const target = join(next, relative(OUTPUT, path));
      mkdirSync(dirname(target), { recursive: true });
      if (!changed.has(path)) keep(join(root, path), target);
      // What was compared is not what is linked if someone has changed the file since.
      if (changed.has(path) || readText(target) !== text) {
        rmSync(target, { force: true });
        writeDurably(target, text);
      }
    }
  });
}

function placesIn(root: string): TreePlaces {
  const beside = (name: string) => join(root, `.${OUTPUT}-${name}`);
  return { target: join(root, OUTPUT), old: beside("old"), next: beside("next") };
}

/** The unchanged file itself; a copy with its times where the file system has no hard links. */
function keep(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
    const { atime, mtime } = statSync(from);
    utimesSync(to, atime, mtime);
  }
}

function existing(root: string): string[] {
  const base = join(root, OUTPUT);
  if (!existsSync(base)) return [];
  return readdirSync(base, { recursive: true })
    .map(String)
    .filter((path) => !lstatSync(join(base, path)).isDirectory())
    .map((path) => `${OUTPUT}/${path.split(sep).join("/")}`);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
