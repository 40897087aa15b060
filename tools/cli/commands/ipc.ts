/** `ckpt ipc` */
import type { Command } from "commander";
import type { CommandContext } from "../frame/context.js";
import { type ImageOptions, imageCommand, withImage } from "../frame/open.js";

export interface IpcOptions extends ImageOptions {
  readonly limits?: true;
  readonly times?: true;
  readonly messages?: true;
  readonly contents?: true;
  readonly json?: true;
}

export function addIpcCommand(program: Command, context: CommandContext): void {
  imageCommand(program, "ipc", "list System V shared memory, message queues and semaphores")
    .option("--limits", "show the limits of each namespace too")
    .option("--times", "show when each object was last used")
    .option("--messages", "list the messages of each queue")
    .option("--contents", "show what is in the messages")
    .option("--json", "print JSON: an object with the namespaces and the undo lists")
    .addHelpText(
      "after",
      `
IN IMAGE is how much of a segment the image holds; the rest of it is zero. ATTACHED are tasks that have the segment mapped.

Example:
  ckpt ipc image.ckpt --messages`,
    )
    .action((path: string, options: IpcOptions) =>
      withImage(path, options, context, async (image) => {
        const [{ printIpc }, { tasksOf }] = await Promise.all([
          import("../print/ipc.js"),
          import("../../model/tasks.js"),
        ]);
        printIpc(image, context.streams, tasksOf(image), options);
      }),
    );
}
