/** Selects tasks by pids that a user gives: pids of the root task's pid namespace, or else of the namespaces below. */
import { UsageError } from "../errors/usage-error.js";
import { chooseTasks } from "./choose-task.js";
import type { Task } from "./tasks.js";

/**
 * The tasks with the given pids, in the order of the image.
 *
 * @param selection pids separated by commas; undefined selects all tasks
 * @throws {UsageError} (`unknown-task`) when no task has one of them, or several tasks in namespaces below have it
 */
export function chosenTasks(tasks: readonly Task[], selection: string | undefined): readonly Task[] {
  try {
    return chooseTasks(tasks, selection);
  } catch (error) {
    const pid = Number(selection);
    const nested = tasks.filter((task) => task.nested.includes(pid));
    if (!(error instanceof UsageError) || nested.length === 0) throw error;
    if (nested.length === 1) return nested;
    const outer = nested.slice(0, FEW).map((task) => task.pid);
    throw new UsageError(
      "unknown-task",
      `${nested.length} tasks have pid ${pid} in pid namespaces of their own; ask for ${outer.join(", ")}${nested.length > FEW ? " or another" : ""}`,
    );
  }
}

/** Maximum number of pids that a message names. */
const FEW = 8;
