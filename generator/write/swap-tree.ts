/**
 * Replaces a directory as a whole: the new tree is built next to the old one and moved into place by two renames. A crash at any time leaves the old
 * or the new tree, in place or, between the renames, next to it; `recoverTree` then restores it.
 *
 * Not safe for concurrent use: callers hold a lock.
 */
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";

export interface TreePlaces {
  /** The directory to replace. */
  readonly target: string;
  /** Path of the old tree between the renames. */
  readonly old: string;
  /** Path prefix of the new tree while it is built; other paths with this prefix were left by a crash. */
  readonly next: string;
}

/** Completes a replacement that a crash interrupted. */
export function recoverTree({ target, old, next }: TreePlaces): void {
  if (existsSync(old)) {
    if (existsSync(target)) discard(old, next);
    else renameSync(old, target);
  }
  removeBeginning(next);
}

/** Builds the new tree with `build`, which may read the old one, and moves it into place. On failure the old one is unchanged. */
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

/** Removes the old tree under the name of an unfinished one: a partly removed tree must not be restored. */
function discard(old: string, next: string): void {
  const place = unique(next);
  renameSync(old, place);
  rmSync(place, { recursive: true });
}

/** A path with the prefix that no other process uses, even one in another container that the lock does not see. */
export function unique(prefix: string): string {
  return `${prefix}-${randomUUID()}`;
}

/** Removes the remains of crashes: all files and directories whose paths begin with the prefix. */
export function removeBeginning(prefix: string): void {
  const directory = dirname(prefix);
  if (!existsSync(directory)) return;
  for (const name of readdirSync(directory))
    if (name.startsWith(basename(prefix))) rmSync(join(directory, name), { recursive: true, force: true });
}
