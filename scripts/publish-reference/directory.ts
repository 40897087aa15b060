/** The reference into a directory of its own, as a whole: readers see the old tree or the new one. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { listFiles, PublishError, sizeText, type TreeFile } from "./tree.js";

/** Tells a directory that this program wrote, and what it wrote there, from any other. */
const LIST = ".ckpt-abi-reference";

/**
 * @returns a line about what was done
 * @throws {PublishError} when the directory holds anything that no earlier publication put there
 */
export function publishToDirectory(files: readonly TreeFile[], to: string): string {
  const target = resolve(to);
  const old = `${target}.old`;
  // A run that was killed between the two renames left the old tree under another name.
  if (!existsSync(target) && existsSync(old)) renameSync(old, target);
  refuseForeign(target);
  if (isSame(files, target)) return `${to}: ${sizeText(files)}, unchanged`;
  const next = `${target}.next-${process.pid}`;
  try {
    for (const { path, bytes } of [...files, { path: LIST, bytes: Buffer.from(listOf(files)) }] as const) {
      mkdirSync(dirname(join(next, path)), { recursive: true });
      writeDurably(join(next, path), bytes);
    }
    rmSync(old, { recursive: true, force: true });
    if (existsSync(target)) renameSync(target, old);
    try {
      renameSync(next, target);
    } catch (error) {
      if (existsSync(old)) renameSync(old, target);
      throw error;
    }
    rmSync(old, { recursive: true, force: true });
  } catch (error) {
    rmSync(next, { recursive: true, force: true });
    throw error;
  }
  return `${to}: ${sizeText(files)}`;
}

function listOf(files: readonly TreeFile[]): string {
  return files.map(({ path }) => `${path}\n`).join("");
}

function refuseForeign(target: string): void {
  const present = listFiles(target);
  if (present.length === 0) return;
  const known = present.includes(LIST) ? readFileSync(join(target, LIST), "utf8").split("\n") : [];
  const foreign = present.find((path) => path !== LIST && !known.includes(path));
  if (foreign !== undefined)
    throw new PublishError(
      `${target} holds ${foreign}, which no publication put there; name a directory that is empty or does not exist`,
    );
}

function isSame(files: readonly TreeFile[], target: string): boolean {
  const present = listFiles(target).filter((path) => path !== LIST);
  return (
    present.length === files.length &&
    files.every(({ path, bytes }, i) => present[i] === path && readFileSync(join(target, path)).equals(bytes))
  );
}

function writeDurably(path: string, bytes: Buffer): void {
  const file = openSync(path, "w");
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
