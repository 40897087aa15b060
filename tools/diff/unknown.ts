/** What one of two images cannot tell, because its version does not save it or because it is damaged. It is remarked, not counted as a difference. */

/** The first image of a comparison and the second. */
export type SideName = "A" | "B";

export interface Unknowns {
  /** Fields and parts of the image by side, e.g. `task.sas_ss_sp`, `credentials`. */
  readonly A: readonly string[];
  readonly B: readonly string[];
}

/** Remarks that are kept. There are only as many fields as the schema has; tasks and mappings can be many. */
const MOST = 1000;

export class UnknownParts {
  private readonly parts = { A: new Set<string>(), B: new Set<string>() };

  /** The side does not tell this. */
  add(side: SideName, what: string): void {
    if (this.parts[side].size < MOST) this.parts[side].add(what);
  }

  /** What neither side tells is none of the other's business. */
  list(): Unknowns {
    const { A, B } = this.parts;
    return { A: [...A].filter((what) => !B.has(what)), B: [...B].filter((what) => !A.has(what)) };
  }
}
