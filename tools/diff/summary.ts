/** Counts differences by kind and by task. */
import type { TaskName } from "../model/sharing.js";
import { type ChangeType, DIFFERENCE_KINDS, type Difference, type DifferenceKind } from "./difference.js";

export type ChangeCounts = Readonly<Record<ChangeType, number>>;

export interface KindSummary {
  readonly kind: DifferenceKind;
  readonly counts: ChangeCounts;
  /** Number of differing pages. */
  readonly pages: { readonly added: number; readonly removed: number; readonly changed: number };
  /** Number of bytes that differ. */
  readonly bytes: bigint;
}

export interface TaskSummary {
  readonly task: TaskName;
  /** Number of differences by kind; kinds without any are omitted. */
  readonly kinds: Readonly<Partial<Record<DifferenceKind, number>>>;
}

interface Counted {
  readonly counts: Record<ChangeType, number>;
  readonly pages: { added: number; removed: number; changed: number };
  bytes: bigint;
}

export class Summary {
  total = 0;
  private readonly byKind = new Map<DifferenceKind, Counted>();
  private readonly byTask = new Map<string, { task: TaskName; kinds: Partial<Record<DifferenceKind, number>> }>();

  add({ kind, change, task, bytes }: Difference): void {
    this.total++;
    const counted = this.byKind.get(kind) ?? {
      counts: { added: 0, removed: 0, changed: 0, moved: 0 },
      pages: { added: 0, removed: 0, changed: 0 },
      bytes: 0n,
    };
    this.byKind.set(kind, counted);
    counted.counts[change]++;
    counted.bytes += bytes?.changed ?? 0n;
    for (const sort of ["added", "removed", "changed"] as const) counted.pages[sort] += bytes?.pages?.[sort] ?? 0;
    if (task) this.addToTask(task, kind);
  }

  private addToTask(task: TaskName, kind: DifferenceKind): void {
    const key = `${task.pid} ${task.name}`;
    const own = this.byTask.get(key) ?? { task, kinds: {} };
    this.byTask.set(key, own);
    own.kinds[kind] = (own.kinds[kind] ?? 0) + 1;
  }

  /** Kinds with differences, in the order of {@link DIFFERENCE_KINDS}. */
  get kinds(): KindSummary[] {
    return DIFFERENCE_KINDS.flatMap((kind) => {
      const counted = this.byKind.get(kind);
      return counted ? [{ kind, ...counted }] : [];
    });
  }

  /** Tasks with differences, by pid. */
  get tasks(): TaskSummary[] {
    return [...this.byTask.values()];
  }
}
