/** `ckpt strip`: an image that can be shown to others. */
import type { Command } from "commander";
import type { CommandContext } from "../context.js";
import { type ImageOptions, imageCommand, withImage } from "./open.js";
import { outputName } from "./output.js";

export interface StripCommandOptions extends ImageOptions {
  readonly output: string;
  readonly keep?: string;
  readonly zero?: true;
  readonly registers?: true;
  readonly paths?: true;
  readonly json?: true;
}

export function addStripCommand(program: Command, context: CommandContext): void {
  imageCommand(program, "strip", "write the image without the memory and the data of its tasks")
    .requiredOption("-o, --output <file>", "file for the stripped image, - for the standard output", outputName)
    .option(
      "--keep <kinds>",
      "what stays: memory, environment, pipes, sockets, messages, tty, kernel, with commas between them",
    )
    .option("--zero", "leave everything where it is and make it zero")
    .option("--registers", "make registers zero, too")
    .option("--paths", "put x for every character of paths, host names and task names, too")
    .option("--json", "print JSON: sizes, and how much was taken away")
    .addHelpText(
      "after",
      `
Pages and what waits in pipes are left out, so the image gets small. Socket buffers, messages and terminal input become zero: how many and how
long they are stays to be seen. With --keep memory the environment strings still become zero. So does what the
kernel keeps for itself, unless it is kept: addresses of its memory behind the values of semaphores, and the control data
of socket buffers, which stay with --keep sockets, too. So do fields that mean nothing where they stand, such as the value of
a signal that kill sent: they hold leftover memory. The result is an image of the same ABI.
Addresses, signals, ids, security labels and the message of a failed checkpoint always stay.

Examples:
  ckpt strip image.ckpt -o small.ckpt
  ckpt strip image.ckpt --registers --paths -o report.ckpt`,
    )
    .action((path: string, options: StripCommandOptions) =>
      withImage(path, options, context, async (image) => {
        const { stripAndPrint } = await import("./print-strip.js");
        await stripAndPrint(image, path, context, options);
      }),
    );
}
