/** Keeps differences as long as they are few, so that only many have to be computed again to be printed. */
import type { Difference } from "./difference.js";

/** Maximum number of fields and differences that are kept. */
const MAX_KEPT = 10_000;

export class FewDifferences {
  private kept: Difference[] | undefined = [];
  private size = 0;

  add(difference: Difference): void {
    this.size += 1 + difference.fields.length;
    if (this.size > MAX_KEPT) this.kept = undefined;
    this.kept?.push(difference);
  }

  /** All differences; undefined if they were too many. */
  get all(): readonly Difference[] | undefined {
    return this.kept;
  }
}
