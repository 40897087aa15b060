/** `ckpt ps` */
import type { Command } from "commander";
import type { CommandContext } from "../frame/context.js";
import { type ImageOptions, imageCommand, withImage } from "../frame/open.js";

export interface PsOptions extends ImageOptions {
  readonly forest?: true;
  readonly nested?: true;
  readonly json?: true;
}

export function addPsCommand(program: Command, context: CommandContext): void {
  imageCommand(program, "ps", "list the tasks with their pids, state, memory, name and arguments")
    .option("--forest", "draw children under their parents and threads under their process")
    .option("--nested", "show the pids in nested pid namespaces as well")
    .option("--json", "print JSON: an array of tasks")
    .addHelpText(
      "after",
      `
STATE is R running, S sleeping, D waiting, T stopped, t traced, Z zombie, X dead. SIZE is that of the address space, and IN IMAGE how much of
its memory the image holds; what tasks share is counted for each. CALL is the system call that a task was in, or that it resumes after a
restart. COMMAND are the arguments from the memory of the process, or its name in brackets where the image does not have them.

Example:
  ckpt ps image.ckpt --forest`,
    )
    .action((path: string, options: PsOptions) =>
      withImage(path, options, context, async (image) => {
        const { printTasks } = await import("../print/ps.js");
        printTasks(image, context.streams, options);
      }),
    );
}
