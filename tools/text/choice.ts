/** Suggestions for an unknown name in a message. */
import { nearestNames } from "../abi/nearest.js";

/** Maximum number of names that are suggested. */
const MAX_SUGGESTED = 12;

/** What a message suggests instead of an unknown name: `one of A, B`, or the names that come nearest. */
export function choiceOf(what: string, unknown: string, known: readonly string[]): string {
  if (known.length === 0) return `no ${what}`;
  const near = nearestNames(unknown, known);
  if (near.length > 0) return `${near.join(" or ")}`;
  return known.length <= MAX_SUGGESTED
    ? `one of ${known.join(", ")}`
    : `${what}, such as ${known.slice(0, MAX_SUGGESTED).join(", ")}`;
}
