/** Suggestions for mistyped names. */
import leven from "leven";

const MAX_NAMES = 5;
/** Longer names are not compared; all names of the ABI are much shorter. */
const MAX_NAME_LENGTH = 100;

/**
 * The known names that contain the unknown one, or differ from it in the fewest letters and in at most a third of them. Shortest first, at most five;
 * case-insensitive.
 */
export function nearestNames(unknown: string, known: readonly string[]): string[] {
  if (unknown.length > MAX_NAME_LENGTH) return [];
  const wanted = unknown.toLowerCase();
  const limit = Math.max(2, Math.floor(wanted.length / 3));
  const candidates = known.map((name) => ({ name, distance: distance(wanted, name.toLowerCase(), limit) }));
  const least = Math.min(limit, ...candidates.map((candidate) => candidate.distance));
  return candidates
    .filter((candidate) => candidate.distance === least)
    .map(({ name }) => name)
    .sort((a, b) => a.length - b.length)
    .slice(0, MAX_NAMES);
}

/** A part of a name (`vma`, `v23`) counts like the whole name. */
function distance(wanted: string, name: string, limit: number): number {
  if (wanted.length > 1 && name.includes(wanted)) return 0;
  return leven(wanted, name, { maxDistance: limit + 1 });
}
