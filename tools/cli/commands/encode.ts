/** `ckpt encode`: writes the image of a JSON text. */
import type { Command } from "commander";
import { InputError } from "../../errors/input-error.js";
import type { CommandContext } from "../frame/context.js";
import { withSource } from "../frame/open.js";
import { outputName, refuseTerminal, tellWritten, writeOutput } from "../frame/output.js";

interface EncodeOptions {
  readonly output?: string;
  readonly memory?: string;
  readonly json?: true;
}

const EXAMPLES = `
Records are written as given in the text, each with the type of its name and the length of its contents. Counts and numbers of objects are
not adjusted; ckpt verify checks whether the image is consistent. Text that other programs have reformatted is read as well.

Examples:
  $ ckpt decode app.img | sed 's/old-host/new-host/' | ckpt encode - > new.img
  $ ckpt encode app.json --memory app.mem -o new.img`;

export function addEncodeCommand(program: Command, context: CommandContext): void {
  program
    .command("encode")
    .description("turn JSON text of decode back into an image")
    .argument("<text>", "file with the text, or - for the standard input")
    .option("-o, --output <file>", "file for the image instead of the standard output", outputName)
    .option("--memory <dir>", "directory with the memory that decode kept in files")
    .option("--json", "report in JSON what was written, in addition to the image")
    .addHelpText("after", EXAMPLES)
    .action(async (path: string, { output, memory, json }: EncodeOptions) => {
      refuseTerminal(output, context.streams);
      const [{ encodeText }, { MemoryDirectoryReader }] = await Promise.all([
        import("../../text/read-text.js"),
        import("../../files/memory-directory.js"),
      ]);
      const files = memory === undefined ? undefined : new MemoryDirectoryReader(memory);
      try {
        await withSource(path, context, async (source, onProgress) => {
          try {
            const image = encodeText(source, { ...(files && { files }), onProgress });
            const bytes = await writeOutput(image, path, output, context);
            if (json) tellWritten(output, { bytes }, context);
          } catch (error) {
            if (!(error instanceof InputError)) throw error;
            const { kindInsteadOfText } = await import("../../image/file-kind.js");
            const kind = kindInsteadOfText(source);
            if (kind === undefined) throw error;
            throw new InputError("no-image", `it is not the text of an image: ${kind}`);
          }
        });
      } finally {
        files?.close();
      }
    });
}
