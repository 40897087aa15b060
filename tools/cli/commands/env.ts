/** `ckpt env` */
import type { Command } from "commander";
import type { CommandContext } from "../frame/context.js";
import { type ImageOptions, imageCommand, withImage } from "../frame/open.js";
import { addTaskOption, tasksOfOption } from "../frame/task-option.js";

export interface EnvOptions extends ImageOptions {
  readonly task?: string;
  readonly json?: true;
}

export function addEnvCommand(program: Command, context: CommandContext): void {
  addTaskOption(imageCommand(program, "env", "show the environment of every process"))
    .option("--json", "print JSON: an array of address spaces with their tasks and environment")
    .addHelpText(
      "after",
      `
It is read from the memory where the kernel put it when the program was started, so that it is missing in an image without that memory. What a
program sets later, C libraries keep elsewhere: ckpt search finds it there.

Example:
  ckpt env image.ckpt --task 226`,
    )
    .action((path: string, options: EnvOptions) =>
      withImage(path, options, context, async (image) => {
        const [{ printEnvironments }, { tasksOf }] = await Promise.all([
          import("../print/env.js"),
          import("../../model/tasks.js"),
        ]);
        const tasks = tasksOf(image);
        printEnvironments(image, context.streams, tasks, await tasksOfOption(tasks, options.task), options);
      }),
    );
}
