/** `ckpt poke`: changes memory of a task. */
import type { Command } from "commander";
import { UsageError } from "../../errors/usage-error.js";
import type { CommandContext } from "../frame/context.js";
import { type ImageOptions, imageCommand, withImage } from "../frame/open.js";
import { outputName } from "../frame/output.js";
import type { PokeOutput } from "../print/poke.js";

interface PokeCommandOptions extends ImageOptions, PokeOutput {
  readonly inPlace?: true;
}

export function addPokeCommand(program: Command, context: CommandContext): void {
  imageCommand(program, "poke", "change memory of a task")
    .argument("<address=bytes...>", 'where, as with peek, and hex digits, "text" in quotes, or numbers such as u32:5')
    .option("--task <pid>", "whose memory; not needed when all tasks share theirs")
    .option("-o, --output <file>", "write the changed image to this file, - for the standard output", outputName)
    .option("-i, --in-place", "replace the image; other programs see the old or the new one, nothing in between")
    .option("--json", "print JSON: an object with the changes")
    .addHelpText(
      "after",
      `
Only pages that are in the image can be changed. Everything is checked before anything is written; a file is replaced as a whole or not at all.
Numbers have the byte order of the image; s8 to s64 take negative ones, word is as wide as a long, and several are separated by commas.

Examples:
  ckpt poke image.ckpt --task 226 0x804f000=deadbeef 0x804f010=u32:1,2 -o new.ckpt
  ckpt poke image.ckpt --task 226 '[stack]+0x40="hello\\n"' --in-place`,
    )
    .action(async (path: string, changes: readonly string[], options: PokeCommandOptions) => {
      if ((options.output === undefined) === (options.inPlace === undefined))
        throw new UsageError("wrong-usage", "say where the changed image goes: either -o FILE or --in-place");
      if (options.inPlace && path === "-")
        throw new UsageError("wrong-usage", "--in-place needs a file, not the standard input");
      const { fileState, pokeAndPrint } = await import("../print/poke.js");
      const state = fileState(path);
      await withImage(path, options, context, (image) =>
        pokeAndPrint({ image, path, state }, changes, options, context),
      );
    });
}
