/** `ckpt auxv` */
import type { Command } from "commander";
import type { CommandContext } from "../frame/context.js";
import { type ImageOptions, imageCommand, withImage } from "../frame/open.js";
import { addTaskOption, tasksOfOption } from "../frame/task-option.js";

export interface AuxvOptions extends ImageOptions {
  readonly task?: string;
  readonly json?: true;
}

export function addAuxvCommand(program: Command, context: CommandContext): void {
  addTaskOption(imageCommand(program, "auxv", "show the auxiliary vector of every process"))
    .option("--json", "print JSON: an array of address spaces with their tasks and entries")
    .addHelpText(
      "after",
      `
It is what the kernel told the program at its start: where its parts are, what the processor can do, under whose ids it runs. From v19 on images
have a copy of the kernel; in older ones it is looked for on the stack.

Example:
  ckpt auxv image.ckpt --task 226`,
    )
    .action((path: string, options: AuxvOptions) =>
      withImage(path, options, context, async (image) => {
        const [{ printVectors }, { tasksOf }] = await Promise.all([
          import("../print/auxv.js"),
          import("../../model/tasks.js"),
        ]);
        const tasks = tasksOf(image);
        printVectors(image, context.streams, tasks, await tasksOfOption(tasks, options.task), options);
      }),
    );
}
