/** `ckpt creds` */
import type { Command } from "commander";
import type { CommandContext } from "../frame/context.js";
import { type ImageOptions, imageCommand, withImage } from "../frame/open.js";
import { addTaskOption, tasksOfOption } from "../frame/task-option.js";

export interface CredsOptions extends ImageOptions {
  readonly task?: string;
  readonly files?: true;
  readonly json?: true;
}

export function addCredsCommand(program: Command, context: CommandContext): void {
  addTaskOption(imageCommand(program, "creds", "show user and group ids, capabilities and security labels"))
    .option("--files", "show with which credentials each file was opened, instead of those of the tasks")
    .option("--json", "print JSON: tasks or files with numbers of credentials, and these")
    .addHelpText(
      "after",
      `
Where one line has several ids they are real, effective, saved and that for file access, as in /proc/PID/status. Credentials that count when
others act upon a task are shown only where they are not those with which it acts.

Example:
  ckpt creds image.ckpt --task 226`,
    )
    .action((path: string, options: CredsOptions) =>
      withImage(path, options, context, async (image) => {
        const [{ printCredentials, printFileCredentials }, { tasksOf }] = await Promise.all([
          import("../print/creds.js"),
          import("../../model/tasks.js"),
        ]);
        if (options.files) printFileCredentials(image, context.streams, options);
        else printCredentials(image, context.streams, await tasksOfOption(tasksOf(image), options.task), options);
      }),
    );
}
