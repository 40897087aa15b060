/** The changes that were made, and what `verify` finds that it did not find before. */
import { type NewFindings, newFindings } from "../../../tools/edit/check.js";
import type { Change, Opened } from "../opened.js";
import { shown } from "../shown.js";

export interface Changes {
  /** In the order in which they were made. */
  readonly changes: readonly Change[];
  readonly found: NewFindings;
}

/** Maximum number of findings of each severity. */
const MAX_FINDINGS = 200;

export function changes(opened: Opened, _: null): Changes {
  const made: Change[] = [];
  for (let { origin } = opened; origin; { origin } = origin.before) made.unshift(origin.change);
  const { origin, image } = opened;
  const { errors, warnings } = origin ? newFindings(image.format, origin.source) : { errors: [], warnings: [] };
  return {
    changes: made,
    found: { errors: errors.slice(0, MAX_FINDINGS).map(shown), warnings: warnings.slice(0, MAX_FINDINGS).map(shown) },
  };
}
