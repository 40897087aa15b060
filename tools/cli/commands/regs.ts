/** `ckpt regs` */
import type { Command } from "commander";
import type { CommandContext } from "../frame/context.js";
import { type ImageOptions, imageCommand, withImage } from "../frame/open.js";
import { addTaskOption, tasksOfOption } from "../frame/task-option.js";

export interface RegsOptions extends ImageOptions {
  readonly task?: string;
  readonly fpu?: true;
  readonly json?: true;
}

export function addRegsCommand(program: Command, context: CommandContext): void {
  addTaskOption(imageCommand(program, "regs", "show the registers of every task, and the call it was in"))
    .option("--fpu", "show the floating point and vector registers too")
    .option("--json", "print JSON: an array of tasks with all their registers")
    .addHelpText(
      "after",
      `
Registers have the names of gdb. Segment selectors are those of the processor, with what they stand for. The system call that a task was in
is written as strace does, with the registers of its arguments and what it returns: ERESTARTSYS, ERESTARTNOINTR, ERESTARTNOHAND and
ERESTART_RESTARTBLOCK are numbers by which the kernel tells itself to begin the call again. A task that goes on with a call after the
restart has its arguments by meaning and the time that is left.

Example:
  ckpt regs image.ckpt --task 226 --fpu`,
    )
    .action((path: string, options: RegsOptions) =>
      withImage(path, options, context, async (image) => {
        const [{ printRegisters }, { tasksOf }] = await Promise.all([
          import("../print/regs.js"),
          import("../../model/tasks.js"),
        ]);
        printRegisters(image, context.streams, await tasksOfOption(tasksOf(image), options.task), options);
      }),
    );
}
