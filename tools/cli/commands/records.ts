/** `ckpt records` */
import type { Command } from "commander";
import { UsageError } from "../../errors/usage-error.js";
import type { CommandContext } from "../frame/context.js";
import { type ImageOptions, imageCommand, withImage } from "../frame/open.js";

interface RecordsCommandOptions extends ImageOptions {
  readonly type?: string;
  readonly at?: string;
  readonly hex?: true;
  readonly json?: true;
}

export function addRecordsCommand(program: Command, context: CommandContext): void {
  imageCommand(program, "records", "list every record with its offset, type, length and content")
    .option("--type <type>", "only records of this type: a name such as VMA, a number, or a label such as task_name")
    .option("--at <offset>", "only the record that has the byte at this offset")
    .option("--hex", "show the bytes next to the fields that they belong to")
    .option("--json", "print one JSON object per line")
    .addHelpText(
      "after",
      "\nExample:\n  ckpt records image.ckpt --type VMA\n  ckpt records image.ckpt --at 0x1a40 --hex",
    )
    .action(async (path: string, options: RecordsCommandOptions) => {
      const at = options.at === undefined ? undefined : offsetOf(options.at);
      await withImage(path, options, context, async (image) => {
        const { printRecords } = await import("../print/records.js");
        printRecords(image, context, { ...options, at });
      });
    });
}

function offsetOf(text: string): number {
  const offset = /^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(offset))
    throw new UsageError("wrong-usage", `--at takes an offset in bytes, not ${JSON.stringify(text)}`);
  return offset;
}
