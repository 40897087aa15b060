/** Publishes the reference into a directory, as a whole: readers see the old tree or the new one. */
import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { CommandError } from "../../generator/command-error.js";
import { writeDurably } from "../../generator/write/durable.js";
import { takeLock } from "../../generator/write/lock.js";
import { recoverTree, replaceTree } from "../../generator/write/swap-tree.js";
import { listFiles, sizeText, type TreeFile, tellWaiting } from "./tree.js";

/** List of the files that this program wrote into a directory, which also distinguishes it from other directories. */
const LIST = ".ckpt-abi-reference";

/**
 * Replaces the contents of a directory by the files of the reference, as a whole.
 *
 * @returns a line about what was done
 * @throws {CommandError} when the directory holds anything that no earlier publication put there
 */
export function publishToDirectory(files: readonly TreeFile[], to: string): string {
  const target = targetOf(to);
  const beside = join(dirname(target), `.${basename(target)}.ckpt-abi-`);
  const places = { target, old: `${beside}old`, next: `${beside}next` };
  const release = takeLock(`${beside}lock-`, tellWaiting(to));
  try {
    if (existsSync(places.old)) refuseForeign(places.old);
    recoverTree(places);
    refuseForeign(target);
    const changes = countChanges(files, target);
    if (changes === 0) return `${to}: ${sizeText(files)}, unchanged`;
    replaceTree(places, (next) => build(files, next));
    return `${to}: ${sizeText(files)} (${changes} changed)`;
  } finally {
    release();
  }
}

/** Path of the tree. A symbolic link stays and its target is replaced, even if a crash removed the target. */
function targetOf(to: string): string {
  if (existsSync(to)) return realpathSync(to);
  const link = lstatSync(to, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(to) : undefined;
  const target = link === undefined ? resolve(to) : resolve(dirname(to), link);
  mkdirSync(dirname(target), { recursive: true });
  return join(realpathSync(dirname(target)), basename(target));
}

function listOf(files: readonly TreeFile[]): string {
  return files.map(({ path }) => `${path}\n`).join("");
}

function refuseForeign(target: string): void {
  const advice = "name a directory that is empty or does not exist";
  if (statSync(target, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new CommandError("unpublishable", `${target} is not a directory; ${advice}`);
  const present = listFiles(target);
  if (present.length === 0) return;
  const known = new Set(present.includes(LIST) ? readFileSync(join(target, LIST), "utf8").split("\n") : []);
  const foreign = present.find((path) => path !== LIST && !known.has(path));
  if (foreign !== undefined)
    throw new CommandError("unpublishable", `${target} holds ${foreign}, which no publication put there; ${advice}`);
}

/** Number of files that are new, changed or removed. */
function countChanges(files: readonly TreeFile[], target: string): number {
  const present = new Set(listFiles(target).filter((path) => path !== LIST));
  const same = files.filter(
    ({ path, bytes }) => present.has(path) && readFileSync(join(target, path)).equals(bytes),
  ).length;
  const gone = present.size - files.filter(({ path }) => present.has(path)).length;
  return files.length - same + gone;
}

function build(files: readonly TreeFile[], next: string): void {
  for (const { path, bytes } of [...files, { path: LIST, bytes: Buffer.from(listOf(files)) }]) {
    mkdirSync(dirname(join(next, path)), { recursive: true });
    writeDurably(join(next, path), bytes);
  }
}
