/** `ckpt maps` */
import type { Command } from "commander";
import type { CommandContext } from "../frame/context.js";
import { type ImageOptions, imageCommand, withImage } from "../frame/open.js";
import { addTaskOption, tasksOfOption } from "../frame/task-option.js";

export interface MapsOptions extends ImageOptions {
  readonly task?: string;
  readonly json?: true;
}

export function addMapsCommand(program: Command, context: CommandContext): void {
  addTaskOption(imageCommand(program, "maps", "list the memory mappings of every address space"))
    .option("--json", "print JSON: an array of address spaces with their mappings")
    .addHelpText(
      "after",
      `
IN IMAGE is how much memory stands with the mapping: shared memory stands with the mapping that was written first, and pages that are the
same as in the mapped file are left out. SEGMENT numbers shared memory: mappings with the same number show the same memory.

Example:
  ckpt maps image.ckpt --task 226`,
    )
    .action((path: string, options: MapsOptions) =>
      withImage(path, options, context, async (image) => {
        const [{ printMaps }, { tasksOf }] = await Promise.all([
          import("../print/maps.js"),
          import("../../model/tasks.js"),
        ]);
        const tasks = tasksOf(image);
        printMaps(image, context.streams, tasks, await tasksOfOption(tasks, options.task), options);
      }),
    );
}
