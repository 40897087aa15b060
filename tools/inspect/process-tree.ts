/** Tasks as a tree: children below their parents, threads below the first thread of their process. */

/** Properties of a task that determine its place in the tree. */
export interface TreeTask {
  readonly pid: number;
  readonly ppid: number;
  readonly tgid: number;
}

export interface Branch<T> {
  readonly task: T;
  /** Number of branches between the root and this one; 0 for a root. */
  readonly depth: number;
  /** Whether it is the last branch of its parent. */
  readonly isLast: boolean;
  readonly parent: Branch<T> | undefined;
}

/**
 * The branches of the tree from top to bottom, parents before children: threads first, then children in the order of the image. A task whose parent
 * is not in the image is a root. Every task appears once, even if pids are duplicates or parents form a cycle, which only damage causes.
 */
export function* branchesOf<T extends TreeTask>(tasks: readonly T[]): Generator<Branch<T>, void, void> {
  const leaders = new Map<number, T>();
  for (const task of tasks) if (task.pid !== 0 && !leaders.has(task.pid)) leaders.set(task.pid, task);
  const children = new Map<T, { threads: T[]; processes: T[] }>();
  const roots: T[] = [];
  for (const task of tasks) {
    const isThread = task.pid !== task.tgid;
    const above = leaders.get(isThread ? task.tgid : task.ppid);
    if (!above || above === task) {
      roots.push(task);
      continue;
    }
    const own = children.get(above) ?? { threads: [], processes: [] };
    children.set(above, own);
    (isThread ? own.threads : own.processes).push(task);
  }
  const seen = new Set<T>();
  // Tasks that no root leads to are part of a cycle.
  for (const root of [...roots, ...tasks]) {
    const waiting: Branch<T>[] = [{ task: root, depth: 0, isLast: true, parent: undefined }];
    for (let branch = waiting.pop(); branch; branch = waiting.pop()) {
      if (seen.has(branch.task)) continue;
      seen.add(branch.task);
      yield branch;
      const own = children.get(branch.task);
      const below = own ? [...own.threads, ...own.processes] : [];
      for (let i = below.length - 1; i >= 0; i--)
        waiting.push({ task: below[i] as T, depth: branch.depth + 1, isLast: i === below.length - 1, parent: branch });
    }
  }
}
