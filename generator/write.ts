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
  lstatSync,
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

/**
 * Brings the disk up to date. Touches nothing when nothing differs. Throws the errors of the file system; the old output is whole then.
 */
export function write(root: string, files: ReadonlyMap<string, string>): Difference {
  recover(root);
  const difference = compare(root, files);
  if (difference.changed.length === 0 && difference.superfluous.length === 0) return difference;
  const next = join(root, NEXT + process.pid);
  try {
    const changed = new Set(difference.changed);
    for (const [path, text] of files) {
      const target = join(next, relative(OUTPUT, path));
      mkdirSync(dirname(target), { recursive: true });
      if (changed.has(path)) writeDurably(target, text);
      else keep(join(root, path), target);
    }
    replaceOutput(root, next);
  } catch (error) {
    rmSync(next, { recursive: true, force: true });
    throw error;
  }
  return difference;
}

/** The new tree for the old one; the old one again when that fails. */
function replaceOutput(root: string, next: string): void {
  const output = join(root, OUTPUT);
  const old = join(root, OLD);
  if (existsSync(output)) renameSync(output, old);
  try {
    renameSync(next, output);
  } catch (error) {
    if (existsSync(old)) renameSync(old, output);
    throw error;
  }
  rmSync(old, { recursive: true, force: true });
}

/** Finishes what a crash at the two renames left, and clears away what one before them did. */
function recover(root: string): void {
  const old = join(root, OLD);
  if (existsSync(join(root, OUTPUT))) rmSync(old, { recursive: true, force: true });
  else if (existsSync(old)) renameSync(old, join(root, OUTPUT));
  removeAbandoned(root);
}

/** Removes what runs that were killed left behind. */
function removeAbandoned(root: string): void {
  for (const name of readdirSync(root)) {
    if (!name.startsWith(NEXT)) continue;
    const pid = Number(name.slice(NEXT.length));
    if (pid === process.pid || !isRunning(pid)) rmSync(join(root, name), { recursive: true, force: true });
  }
}

/** Whether there is a process of that id. */
export function isRunning(pid: number): boolean {
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

/** Writes a file to its end, and to the disk. */
export function writeDurably(path: string, content: string | Buffer): void {
  const file = openSync(path, "w");
  try {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
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
