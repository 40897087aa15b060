/** Parses which tasks are the same although their pids differ. */
import { UsageError } from "../errors/usage-error.js";
import type { PidMap } from "./match.js";

/**
 * Parses pairs of pids such as `174=177,180=181`, the pid in the first image first; an empty text has none.
 *
 * @returns pids in the second image by pid in the first
 * @throws {UsageError} (`wrong-usage`) when the text is something else, or names a task twice
 */
export function parsePairs(text: string): PidMap {
  const pids = new Map<number, number>();
  for (const pair of text.trim() === "" ? [] : text.split(",")) {
    const [, a, b] = /^\s*(\d+)=(\d+)\s*$/.exec(pair) ?? [];
    if (a === undefined || b === undefined)
      throw new UsageError(
        "wrong-usage",
        `a pair is two pids with = between them, such as 174=177, not ${JSON.stringify(pair)}`,
      );
    if (pids.has(Number(a)) || [...pids.values()].includes(Number(b)))
      throw new UsageError("wrong-usage", `${pair.trim()} names a task that another pair has already`);
    pids.set(Number(a), Number(b));
  }
  return pids;
}
