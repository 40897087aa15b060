/** The changes that were made. */
import type { Change, Opened } from "../opened.js";

/** In the order in which they were made. */
export function changes(opened: Opened, _: null): Change[] {
  const made: Change[] = [];
  for (let { origin } = opened; origin; { origin } = origin.before) made.unshift(origin.change);
  return made;
}
