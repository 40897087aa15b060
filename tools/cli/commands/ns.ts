/** `ckpt ns` */
import type { Command } from "commander";
import type { CommandContext } from "../frame/context.js";
import { type ImageOptions, imageCommand, withImage } from "../frame/open.js";

export interface NsOptions extends ImageOptions {
  readonly json?: true;
}

export function addNsCommand(program: Command, context: CommandContext): void {
  imageCommand(program, "ns", "list the namespaces, what they show, and the tasks in them")
    .option("--json", "print JSON: an object with the namespaces of each kind")
    .addHelpText(
      "after",
      `
A namespace that was not saved is one that restarted tasks take over from where they are started. Mount namespaces are never saved.

Example:
  ckpt ns image.ckpt`,
    )
    .action((path: string, options: NsOptions) =>
      withImage(path, options, context, async (image) => {
        const [{ printNamespaces }, { tasksOf }] = await Promise.all([
          import("../print/ns.js"),
          import("../../model/tasks.js"),
        ]);
        printNamespaces(image, context.streams, tasksOf(image), options);
      }),
    );
}
