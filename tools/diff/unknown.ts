/**
 * Data that one of two images lacks, because its version does not save it or because it is damaged. Such data are remarked, not counted as
 * differences.
 */

/** Names the first and the second image of a comparison. */
export type SideName = "A" | "B";

export interface Unknowns {
  /** Fields and parts that an image lacks, e.g. `task.sas_ss_sp`, `credentials`. */
  readonly A: readonly string[];
  readonly B: readonly string[];
}

/** Maximum number of remarks. The number of fields is limited by the schema; tasks and mappings may be many. */
const MAX_REMARKS = 1000;

export class UnknownParts {
  private readonly parts = { A: new Set<string>(), B: new Set<string>() };

  /** Remarks that a side lacks some data. */
  add(side: SideName, what: string): void {
    if (this.parts[side].size < MAX_REMARKS) this.parts[side].add(what);
  }

  /** Data that both sides lack are omitted. */
  list(): Unknowns {
    const { A, B } = this.parts;
    return { A: [...A].filter((what) => !B.has(what)), B: [...B].filter((what) => !A.has(what)) };
  }
}
