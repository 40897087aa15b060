/** `ckpt decode`: writes an image as JSON text. */
import type { Command } from "commander";
import { UsageError } from "../../errors/usage-error.js";
import type { Image } from "../../image/image.js";
import type { CommandContext } from "../frame/context.js";
import { type ImageOptions, imageCommand, withImage } from "../frame/open.js";
import { outputName, tellWritten, writeOutput } from "../frame/output.js";
import { byteCount } from "../output/byte-count.js";

interface DecodeOptions extends ImageOptions {
  readonly output?: string;
  readonly memory?: string;
  readonly inline?: true;
  readonly json?: true;
}

const EXAMPLES = `
The text is one JSON document with a line per record, in the order of the image: records are nested in the rules of the grammar and in
the objects that they belong to. Fields, enumerators and flags are given by name; what the version does not know is kept as numbers and bytes,
so that encode restores the same image byte for byte. A damaged image is decoded too; the exit code is then 1.

Examples:
  $ ckpt decode app.img -o app.json                         small images: memory is in the text
  $ ckpt decode app.img --memory app.mem -o app.json        pages go to files in the new directory app.mem
  $ ckpt decode app.img | jq '.. | select(.record? == "VMA") | .fields.vm_start'
  $ ckpt encode app.json --memory app.mem -o edited.img     and back`;

export function addDecodeCommand(program: Command, context: CommandContext): void {
  imageCommand(program, "decode", "turn an image into JSON text that encode turns back, byte by byte")
    .option("-o, --output <file>", "file for the text instead of the standard output", outputName)
    .option("--memory <dir>", "keep memory in files of this directory, which has to be new or empty")
    .option("--inline", "keep memory within the text, however much it is")
    .option("--json", "report in JSON what was written; the text itself is always JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (path: string, options: DecodeOptions) => {
      if (options.inline && options.memory !== undefined)
        throw new UsageError("wrong-usage", "--inline and --memory exclude each other");
      await withImage(path, options, context, async (image) => {
        const bytes = await decode(image, path, options, context);
        if (options.json) tellWritten(options.output, { bytes, memory: options.memory ?? null }, context);
      });
    });
}

async function decode(image: Image, path: string, options: DecodeOptions, context: CommandContext): Promise<number> {
  const { textBytes } = await import("../../text/write-text.js");
  if (options.memory === undefined) {
    await checkInline(image, options);
    return writeOutput(textBytes(image), path, options.output, context);
  }
  const { MemoryDirectoryWriter } = await import("../../files/memory-directory.js");
  const keeper = new MemoryDirectoryWriter(options.memory);
  try {
    const bytes = await writeOutput(textBytes(image, { keeper }), path, options.output, context);
    keeper.close();
    return bytes;
  } catch (error) {
    keeper.discard();
    throw error;
  }
}

async function checkInline(image: Image, { inline }: DecodeOptions): Promise<void> {
  const { inlineNeed, MAX_INLINE_RECORD_BYTES, MAX_INLINE_BYTES } = await import("../../text/write-text.js");
  const { total, longest } = inlineNeed(image);
  const advice = "name a directory for it with --memory DIR";
  if (longest > MAX_INLINE_RECORD_BYTES)
    throw new UsageError(
      "wrong-usage",
      `the image has ${byteCount(longest)} in one piece, too long for a text; ${advice}`,
    );
  if (total > MAX_INLINE_BYTES && !inline)
    throw new UsageError(
      "wrong-usage",
      `the image has ${byteCount(total)} of memory and other long contents; ${advice}, or keep it in the text with --inline`,
    );
}
