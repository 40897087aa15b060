/** Names that a mistyped one may have meant. */
import leven from "leven";

const MOST = 5;
/** Longer than any name of the ABI by far: comparing it would only cost time. */
const LONGEST = 100;

/**
 * The known names that contain the unknown one, or differ from it in the fewest letters and in at most a third of them. Shortest
 * first, at most five. Case does not count.
 */
export function nearestNames(unknown: string, known: readonly string[]): string[] {
  if (unknown.length > LONGEST) return [];
  const wanted = unknown.toLowerCase();
  const limit = Math.max(2, Math.floor(wanted.length / 3));
  const candidates = known.map((name) => ({ name, distance: distance(wanted, name.toLowerCase(), limit) }));
  const least = Math.min(limit, ...candidates.map((candidate) => candidate.distance));
  return candidates
    .filter((candidate) => candidate.distance === least)
    .map(({ name }) => name)
    .sort((a, b) => a.length - b.length)
    .slice(0, MOST);
}

/** A part of a name (`vma`, `v23`) is as near as the name itself. */
function distance(wanted: string, name: string, limit: number): number {
  if (wanted.length > 1 && name.includes(wanted)) return 0;
  return leven(wanted, name, { maxDistance: limit + 1 });
}
