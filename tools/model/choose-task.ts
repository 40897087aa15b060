/** Tasks by pid: a selection such as `17` or `17,19` in, the tasks out. */
import { UsageError } from "../errors/usage-error.js";
import type { Task } from "./tasks.js";

/**
 * The tasks of those pids, in the order of the image. Pids are those of the root task's pid namespace; a thread has one of its own. Nothing
 * selected means all tasks.
 *
 * @param selection pids with commas between them
 * @throws {UsageError} (`unknown-task`) when it is no list of pids, or no task has one of them
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

/** Above the highest pid that any kernel hands out. */
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

/** Pids that a message names. */
const FEW = 8;

/** Some pids that exist, those next to the missing one if there are many. */
function knownPids(tasks: readonly Pick<Task, "pid">[], missing: number): string {
  const pids = [...new Set(tasks.map(({ pid }) => pid))].filter((pid) => pid > 0);
  if (pids.length === 0) return "the image has no task with a pid";
  const nearest = pids.sort((a, b) => Math.abs(a - missing) - Math.abs(b - missing)).slice(0, FEW);
  const rest = pids.length - nearest.length;
  return `the image has ${nearest.sort((a, b) => a - b).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
