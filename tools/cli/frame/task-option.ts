/** The option `--task` of commands that list what tasks have. */
import type { Command } from "commander";
import { UsageError } from "../../errors/usage-error.js";
import type { Task } from "../../model/tasks.js";

export function addTaskOption(command: Command): Command {
  return command.option("--task <pid>", "only of this task, or of several with commas between their pids");
}

/** @throws {UsageError} when there is no such task */
export async function tasksOfOption(tasks: readonly Task[], selection: string | undefined): Promise<readonly Task[]> {
  const [{ chosenTasks }, { UnknownTaskError }] = await Promise.all([
    import("../../model/chosen-tasks.js"),
    import("../../model/choose-task.js"),
  ]);
  try {
    return chosenTasks(tasks, selection);
  } catch (error) {
    if (error instanceof UnknownTaskError) throw new UsageError(error.message);
    throw error;
  }
}
