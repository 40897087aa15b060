/** The option `--task` of commands that list data of tasks. */
import type { Command } from "commander";

export function addTaskOption(command: Command): Command {
  return command.option("--task <pid>", "only of this task, or of several with commas between their pids");
}
