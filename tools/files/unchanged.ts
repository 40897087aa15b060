/** Whether a file is the same and as it was. */
import type { Stats } from "node:fs";

/** Whether two states are of one file, whatever its names. */
export function isSameFile(one: Stats, other: Stats): boolean {
  return one.dev === other.dev && one.ino === other.ino;
}

/** Whether a file is the same as before, with the same contents as far as its state tells. */
export function isUnchanged(before: Stats, now: Stats | undefined): boolean {
  return now !== undefined && isSameFile(before, now) && now.size === before.size && now.mtimeMs === before.mtimeMs;
}
