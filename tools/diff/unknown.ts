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
  private readonly tasks = new Set<string>();

  /** Remarks that a side lacks some data. */
  add(side: SideName, what: string): void {
    if (this.parts[side].size < MAX_REMARKS) this.parts[side].add(what);
  }

  /** Remarks that a side ends before a task of the other, or within it. */
  addTask(side: SideName, what: string): void {
    this.add(side, what);
    if (this.parts[side].has(what)) this.tasks.add(what);
  }

  /** What {@link list} has of tasks. */
  listTasks(): Unknowns {
    const { A, B } = this.list();
    return { A: A.filter((what) => this.tasks.has(what)), B: B.filter((what) => this.tasks.has(what)) };
  }

  /** Data that both sides lack are omitted. */
  list(): Unknowns {
    const { A, B } = this.parts;
    return { A: [...A].filter((what) => !B.has(what)), B: [...B].filter((what) => !A.has(what)) };
  }
}
