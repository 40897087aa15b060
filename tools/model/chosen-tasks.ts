/** Tasks by the pids that a user gives: those of the root task's pid namespace, or if there is none, those of the namespaces below. */
import { UsageError } from "../errors/usage-error.js";
import { chooseTasks } from "./choose-task.js";
import type { Task } from "./tasks.js";

/**
 * @param selection pids with commas between them; nothing means all tasks
 * @throws {UsageError} (`unknown-task`) when no task has one of them, or several tasks have it in namespaces below
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

/** Pids that a message names. */
const FEW = 8;
