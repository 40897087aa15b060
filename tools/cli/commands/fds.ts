/** `ckpt fds` */
import type { Command } from "commander";
import type { CommandContext } from "../frame/context.js";
import { type ImageOptions, imageCommand, withImage } from "../frame/open.js";
import { addTaskOption, tasksOfOption } from "../frame/task-option.js";

export interface FdsOptions extends ImageOptions {
  readonly task?: string;
  readonly json?: true;
}

export function addFdsCommand(program: Command, context: CommandContext): void {
  addTaskOption(imageCommand(program, "fds", "list the open files of the tasks"))
    .option("--json", "print JSON: an array of file tables with their descriptors")
    .addHelpText(
      "after",
      `
FILE numbers the open file: descriptors with the same number share one position, and USED BY is how many do.

Example:
  ckpt fds image.ckpt --task 226`,
    )
    .action((path: string, options: FdsOptions) =>
      withImage(path, options, context, async (image) => {
        const [{ printFiles }, { tasksOf }] = await Promise.all([
          import("../print/fds.js"),
          import("../../model/tasks.js"),
        ]);
        const tasks = tasksOf(image);
        printFiles(image, context.streams, tasks, await tasksOfOption(tasks, options.task), options);
      }),
    );
}
