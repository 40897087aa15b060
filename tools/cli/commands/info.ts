/** `ckpt info` */
import type { Command } from "commander";
import type { CommandContext } from "../frame/context.js";
import { type ImageOptions, imageCommand, withImage } from "../frame/open.js";
import type { InfoDetails } from "../print/info.js";

export function addInfoCommand(program: Command, context: CommandContext): void {
  imageCommand(program, "info", "show what an image is: its kernel, ABI, processes, memory and objects")
    .option("--evidence", "show what each fact of the image says about its ABI")
    .option("--all", "draw the whole process tree, however large")
    .option("--json", "print JSON: one object, with all tasks")
    .addHelpText("after", "\nExamples:\n  ckpt info image.ckpt\n  gzip -dc image.gz | ckpt info - --evidence")
    .action((path: string, options: ImageOptions & InfoDetails) =>
      withImage(
        path,
        options,
        context,
        async (image) => {
          const { printInfo } = await import("../print/info.js");
          printInfo(image, context, options);
        },
        { tellsProblems: true, load: async () => (await import("../../inspect/census.js")).openCounted },
      ),
    );
}
