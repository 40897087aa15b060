/**
 * Step 6: texts to disk, all or nothing.
 *
 * The new tree is built beside the old one, with hard links to the files that did not change (so their times stay), and takes its place
 * by two renames. Until then a crash or a full disk leaves the old tree as it was; a crash between the renames is mended by the next run.
 */
import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from "node:fs";
import { dirname, join, relative, sep } from "node:path";

/** Directory, below the root, that the generator owns. */
const OUTPUT = "generated";
/** Followed by the process id, so that two runs at a time do not build in one place. */
const NEXT = ".generated-next-";
const OLD = ".generated-old";

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

/** Brings the disk up to date. Touches nothing when nothing differs. */
export function write(root: string, files: ReadonlyMap<string, string>): Difference {
  recover(root);
  const difference = compare(root, files);
  if (difference.changed.length === 0 && difference.superfluous.length === 0) return difference;
  removeAbandoned(root);
  const next = join(root, NEXT + process.pid);
  try {
    const changed = new Set(difference.changed);
    for (const [path, text] of files) {
      const target = join(next, relative(OUTPUT, path));
      mkdirSync(dirname(target), { recursive: true });
      if (changed.has(path)) writeDurably(target, text);
      else keep(join(root, path), target);
    }
  } catch (error) {
    rmSync(next, { recursive: true, force: true });
    throw error;
  }
  const output = join(root, OUTPUT);
  const old = join(root, OLD);
  rmSync(old, { recursive: true, force: true });
  if (existsSync(output)) renameSync(output, old);
  renameSync(next, output);
  rmSync(old, { recursive: true, force: true });
  return difference;
}

/** Finishes what a crash between the two renames left. */
function recover(root: string): void {
  const old = join(root, OLD);
  if (!existsSync(join(root, OUTPUT)) && existsSync(old)) renameSync(old, join(root, OUTPUT));
}

/** Removes what runs that were killed left behind. */
function removeAbandoned(root: string): void {
  for (const name of readdirSync(root)) {
    if (!name.startsWith(NEXT)) continue;
    const pid = Number(name.slice(NEXT.length));
    if (pid === process.pid || !isRunning(pid)) rmSync(join(root, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
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

function writeDurably(path: string, text: string): void {
  const file = openSync(path, "w");
  try {
    const bytes = Buffer.from(text);
    let written = 0;
    while (written < bytes.length) written += writeSync(file, bytes, written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function existing(root: string): string[] {
  const base = join(root, OUTPUT);
  if (!existsSync(base)) return [];
  return readdirSync(base, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"));
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
