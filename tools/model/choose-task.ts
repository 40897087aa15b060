/** Selects tasks by pids, e.g. `17` or `17,19`. */
import { UsageError } from "../errors/usage-error.js";
import type { Task } from "./tasks.js";

/**
 * The tasks with the given pids, in the order of the image. Pids are those of the root task's pid namespace; each thread has its own. Without a
 * selection, all tasks.
 *
 * @param selection pids separated by commas
 * @throws {UsageError} (`unknown-task`) when it is not a list of pids, or no task has one of them
 */
export function chooseTasks<T extends Pick<Task, "pid">>(tasks: readonly T[], selection?: string): readonly T[] {
  if (selection === undefined) return tasks;
  const pids = new Set(selection.split(",").map((text) => pidOf(text, selection)));
  const chosen = tasks.filter(({ pid }) => pids.has(pid));
  for (const { pid } of chosen) pids.delete(pid);
  const [missing] = pids;
  if (missing !== undefined)
    throw new UsageError("unknown-task", `no task has pid ${missing}; ${knownPids(tasks, missing)}`);
  return chosen;
}

/** Limit above all pids that kernels assign. */
const PID_LIMIT = 2 ** 31;

function pidOf(text: string, selection: string): number {
  const pid = Number(text);
  if (!/^\d+$/.test(text.trim()) || pid < 1 || pid >= PID_LIMIT)
    throw new UsageError(
      "unknown-task",
      `--task takes a pid, or several with commas between them, not ${JSON.stringify(selection)}`,
    );
  return pid;
}

/** Maximum number of pids that a message names. */
const FEW = 8;

/** Some existing pids for a message; if there are many, those nearest to the missing one. */
function knownPids(tasks: readonly Pick<Task, "pid">[], missing: number): string {
  const pids = [...new Set(tasks.map(({ pid }) => pid))].filter((pid) => pid > 0);
  if (pids.length === 0) return "the image has no task with a pid";
  const nearest = pids.sort((a, b) => Math.abs(a - missing) - Math.abs(b - missing)).slice(0, FEW);
  const rest = pids.length - nearest.length;
  return `the image has ${nearest.sort((a, b) => a - b).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
