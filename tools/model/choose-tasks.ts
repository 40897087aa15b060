/** Selects tasks by pids that a user gives, e.g. `17` or `17,19`. */
import { UsageError } from "../errors/usage-error.js";
import type { Task } from "./tasks.js";

type TaskPids = Pick<Task, "pid" | "nested">;

/**
 * The tasks with the given pids, in the order of the image; each thread has a pid of its own. Pids are those of the root task's pid namespace. A
 * single pid that no task has there is looked up in the namespaces below.
 *
 * @param selection pids separated by commas; undefined selects all tasks
 * @throws {UsageError} (`unknown-task`) when it is not a list of pids, no task has one of them, or several tasks in namespaces below have it
 */
export function chooseTasks<T extends TaskPids>(tasks: readonly T[], selection?: string): readonly T[] {
  if (selection === undefined) return tasks;
  return tasksWithPids(tasks, new Set(selection.split(",").map((text) => pidOf(text, selection))));
}

/**
 * The tasks with the given pids, as {@link chooseTasks} finds them.
 *
 * @throws {UsageError} (`unknown-task`) when no task has one of them, or several tasks in namespaces below have it
 */
export function tasksWithPids<T extends TaskPids>(tasks: readonly T[], pids: ReadonlySet<number>): readonly T[] {
  const chosen = tasks.filter(({ pid }) => pids.has(pid));
  const known = new Set(chosen.map(({ pid }) => pid));
  const missing = [...pids].find((pid) => !known.has(pid));
  if (missing === undefined) return chosen;
  const nested = pids.size === 1 ? tasks.filter((task) => task.nested.includes(missing)) : [];
  if (nested.length === 0) throw unknownPid(tasks, missing);
  if (nested.length === 1) return nested;
  const outer = nested.slice(0, MAX_NAMED_PIDS).map((task) => task.pid);
  throw new UsageError(
    "unknown-task",
    `${nested.length} tasks have pid ${missing} in pid namespaces of their own; ask for ${outer.join(", ")}${nested.length > MAX_NAMED_PIDS ? " or another" : ""}`,
  );
}

/** The error for a pid that no task has. */
export function unknownPid(tasks: readonly TaskPids[], pid: number): UsageError {
  return new UsageError("unknown-task", `no task has pid ${pid}; ${knownPids(tasks, pid)}`);
}

/** Limit above all pids that kernels assign. */
const PID_END = 2 ** 31;

function pidOf(text: string, selection: string): number {
  const pid = Number(text);
  if (!/^\d+$/.test(text.trim()) || pid < 1 || pid >= PID_END)
    throw new UsageError(
      "unknown-task",
      `--task takes a pid, or several with commas between them, not ${JSON.stringify(selection)}`,
    );
  return pid;
}

/** Maximum number of pids that a message names. */
const MAX_NAMED_PIDS = 8;

/** Some existing pids for a message; if there are many, those nearest to the missing one. */
function knownPids(tasks: readonly TaskPids[], missing: number): string {
  const pids = [...new Set(tasks.map(({ pid }) => pid))].filter((pid) => pid > 0);
  if (pids.length === 0) return "the image has no task with a pid";
  const nearest = pids.sort((a, b) => Math.abs(a - missing) - Math.abs(b - missing)).slice(0, MAX_NAMED_PIDS);
  const rest = pids.length - nearest.length;
  return `the image has ${nearest.sort((a, b) => a - b).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
