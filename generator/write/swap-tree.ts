/**
 * A directory replaced as a whole: the new tree is built beside the old one and takes its place by two renames. A crash at any moment leaves
 * the old or the new tree, in its place or, between the renames, beside it; `recoverTree` puts it back then.
 *
 * One process at a time: callers hold a lock.
 */
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";

export interface TreePlaces {
  /** What is replaced. */
  readonly target: string;
  /** Where the old tree is between the renames. */
  readonly old: string;
  /** Where the new one is built; what begins with it beside the target was left by a crash. */
  readonly next: string;
}

/** Finishes what a crash left. */
export function recoverTree({ target, old, next }: TreePlaces): void {
  if (existsSync(old)) {
    if (existsSync(target)) discard(old, next);
    else renameSync(old, target);
  }
  removeBeginning(next);
}

/** Builds the new tree with `build`, which may read the old one, and puts it into place. When that fails the old one is as it was. */
export function replaceTree({ target, old, next }: TreePlaces, build: (place: string) => void): void {
  const place = unique(next);
  try {
    build(place);
    if (existsSync(target)) renameSync(target, old);
    renameSync(place, target);
  } catch (error) {
    if (existsSync(old) && !existsSync(target)) renameSync(old, target);
    rmSync(place, { recursive: true, force: true });
    throw error;
  }
  if (existsSync(old)) discard(old, next);
}

/** Under the name of what is unfinished: an old tree that is half removed must not be put back. */
function discard(old: string, next: string): void {
  const place = unique(next);
  renameSync(old, place);
  rmSync(place, { recursive: true });
}

/** A path that begins so and that no other process has, not even one that the lock cannot see, in another container. */
export function unique(prefix: string): string {
  return `${prefix}-${randomUUID()}`;
}

/** Removes what crashes left: all files and directories whose paths begin so. */
export function removeBeginning(prefix: string): void {
  const directory = dirname(prefix);
  if (!existsSync(directory)) return;
  for (const name of readdirSync(directory))
    if (name.startsWith(basename(prefix))) rmSync(join(directory, name), { recursive: true, force: true });
}
