/** The reference into a directory of its own, as a whole: readers see the old tree or the new one. */
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { isRunning, writeDurably } from "../../generator/write.js";
import { listFiles, PublishError, sizeText, type TreeFile } from "./tree.js";

/** Tells a directory that this program wrote, and what it wrote there, from any other. */
const LIST = ".ckpt-abi-reference";

/**
 * @returns a line about what was done
 * @throws {PublishError} when the directory holds anything that no earlier publication put there
 */
export function publishToDirectory(files: readonly TreeFile[], to: string): string {
  // A link stays one: what it points to is replaced.
  const target = existsSync(to) ? realpathSync(to) : resolve(to);
  const beside = join(dirname(target), `.${basename(target)}`);
  const old = `${beside}.ckpt-abi-old`;
  const next = `${beside}.ckpt-abi-next-`;
  recover(target, old, next);
  refuseForeign(target);
  const changes = countChanges(files, target);
  if (changes === 0) return `${to}: ${sizeText(files)}, unchanged`;
  build(files, next + process.pid);
  replaceTree(target, old, next + process.pid);
  return `${to}: ${sizeText(files)} (${changes} changed)`;
}

function listOf(files: readonly TreeFile[]): string {
  return files.map(({ path }) => `${path}\n`).join("");
}

/** Finishes what a run that was killed at the two renames left, and clears away what one before them did. */
function recover(target: string, old: string, next: string): void {
  if (existsSync(old)) {
    refuseForeign(old);
    if (existsSync(target)) rmSync(old, { recursive: true });
    else renameSync(old, target);
  }
  const parent = dirname(next);
  if (!existsSync(parent)) return;
  for (const name of readdirSync(parent)) {
    const pid = name.startsWith(basename(next)) ? Number(name.slice(basename(next).length)) : Number.NaN;
    if (Number.isInteger(pid) && !isRunning(pid)) rmSync(join(parent, name), { recursive: true, force: true });
  }
}

function refuseForeign(target: string): void {
  const advice = "name a directory that is empty or does not exist";
  if (statSync(target, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new PublishError(`${target} is not a directory; ${advice}`);
  const present = listFiles(target);
  if (present.length === 0) return;
  const known = new Set(present.includes(LIST) ? readFileSync(join(target, LIST), "utf8").split("\n") : []);
  const foreign = present.find((path) => path !== LIST && !known.has(path));
  if (foreign !== undefined)
    throw new PublishError(`${target} holds ${foreign}, which no publication put there; ${advice}`);
}

/** How many files are new, different or gone. */
function countChanges(files: readonly TreeFile[], target: string): number {
  const present = new Set(listFiles(target).filter((path) => path !== LIST));
  const same = files.filter(
    ({ path, bytes }) => present.has(path) && readFileSync(join(target, path)).equals(bytes),
  ).length;
  const gone = present.size - files.filter(({ path }) => present.has(path)).length;
  return files.length - same + gone;
}

function build(files: readonly TreeFile[], next: string): void {
  try {
    for (const { path, bytes } of [...files, { path: LIST, bytes: Buffer.from(listOf(files)) }]) {
      mkdirSync(dirname(join(next, path)), { recursive: true });
      writeDurably(join(next, path), bytes);
    }
  } catch (error) {
    rmSync(next, { recursive: true, force: true });
    throw error;
  }
}

/** The new tree for the old one; the old one again when that fails. */
function replaceTree(target: string, old: string, next: string): void {
  try {
    if (existsSync(target)) renameSync(target, old);
    renameSync(next, target);
  } catch (error) {
    if (existsSync(old)) renameSync(old, target);
    rmSync(next, { recursive: true, force: true });
    throw error;
  }
  rmSync(old, { recursive: true, force: true });
}
