/** `ckpt signals` */
import type { Command } from "commander";
import type { CommandContext } from "../frame/context.js";
import { type ImageOptions, imageCommand, withImage } from "../frame/open.js";
import { addTaskOption, tasksOfOption } from "../frame/task-option.js";

export interface SignalsOptions extends ImageOptions {
  readonly task?: string;
  readonly json?: true;
}

export function addSignalsCommand(program: Command, context: CommandContext): void {
  addTaskOption(imageCommand(program, "signals", "show pending, blocked and handled signals, limits and timers"))
    .option("--json", "print JSON: an array of tasks")
    .addHelpText(
      "after",
      `
Signals that are not named have their default action. Pending signals wait for the whole process or for one thread; the queue tells who sent
them. Limits, timers and terminal belong to the process and are shown with its first thread.

Example:
  ckpt signals image.ckpt --task 226`,
    )
    .action((path: string, options: SignalsOptions) =>
      withImage(path, options, context, async (image) => {
        const [{ printSignals }, { tasksOf }] = await Promise.all([
          import("../print/signals.js"),
          import("../../model/tasks.js"),
        ]);
        const tasks = tasksOf(image);
        printSignals(image, context.streams, tasks, await tasksOfOption(tasks, options.task), options);
      }),
    );
}
