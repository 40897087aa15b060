/** `ckpt convert`: converts an image to another version of the format. */
import type { Command } from "commander";
import type { CommandContext } from "../frame/context.js";
import { type ImageOptions, imageCommand, withImage } from "../frame/open.js";
import { outputName } from "../frame/output.js";
import type { ConversionOutput } from "../print/convert.js";

export function addConvertCommand(program: Command, context: CommandContext): void {
  imageCommand(program, "convert", "make an image of one version into one of another, for another kernel")
    .requiredOption("--to <version>", "version of the result, e.g. v23-rc2")
    .option("-o, --output <file>", "file for the result, - for the standard output", outputName)
    .option("--plan", "report what would be done and lost, and write nothing")
    .option("--allow-loss", "convert although the version cannot hold everything that the image has")
    .option("--kernel <version>", "numbers of the kernel that is to restart it, e.g. 2.6.33")
    .option("--release <text>", "its release, as uname -r prints it; else the old text with the new numbers")
    .option("--build <text>", "its build, as uname -v prints it")
    .option("--machine <text>", "its machine, as uname -m prints it")
    .option("--json", "print JSON: the steps, and what is lost or made up, and the obstacles")
    .addHelpText(
      "after",
      `
A restarting kernel compares version, revision and constants of the image with its own, so a conversion is always for one kernel. It also reads
its own structs in the size that they have in its memory, such as semaphores, which are longer from 2.6.33 on: --kernel brings them to that size,
and without it they stay as they are. Everything that the version of the result cannot hold is reported before anything is written. If something
is lost, nothing is written without --allow-loss, and the exit code is 1. State that the version cannot represent at all, such as a TCP
connection, is an obstacle: nothing is written. The architecture stays the same.

Examples:
  ckpt convert app.ckpt --to v23-rc2 --plan
  ckpt convert app.ckpt --to v23-rc2 --kernel 2.6.37 -o new.ckpt
  ckpt convert app.ckpt --to v19 --allow-loss -o - | gzip > old.ckpt.gz`,
    )
    .action((path: string, options: ImageOptions & ConversionOutput) =>
      withImage(path, options, context, async (image) => {
        const { convertAndPrint } = await import("../print/convert.js");
        await convertAndPrint(image, context, options);
      }),
    );
}
