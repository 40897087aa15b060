/** `ckpt peek`: shows memory of a task. */
import type { Command } from "commander";
import { UsageError } from "../../errors/usage-error.js";
import type { CommandContext } from "../frame/context.js";
import { type ImageOptions, imageCommand, withImage } from "../frame/open.js";
import type { MemoryView } from "../print/peek.js";

export function addPeekCommand(program: Command, context: CommandContext): void {
  imageCommand(program, "peek", "show memory of a task")
    .argument(
      "<address>",
      "a number, a mapping such as [stack] or /bin/cat, or a register such as $sp; +N and -N may follow",
    )
    .argument("[length]", "bytes, e.g. 256, 0x1000 or 64K; 256 when it is not given, with --u32 and the like one value")
    .option("--task <pid>", "whose memory; not needed when all tasks share theirs")
    .option("--string", "show the text up to the first NUL, as far as LENGTH or 4096 bytes")
    .option("--u8", "show values of 8 bits")
    .option("--u16", "show values of 16 bits, in the byte order of the image")
    .option("--u32", "show values of 32 bits")
    .option("--u64", "show values of 64 bits")
    .option("--word", "show values as wide as a long of the image")
    .option("--raw", "write the bytes as they are, for a file or a pipe")
    .option("--json", "print JSON: the range and its parts with their bytes")
    .addHelpText(
      "after",
      `
Memory that the image does not have is named instead: the file that it comes from, or that it was never touched and reads as zero. The exit
code is 1 when no byte of the range is known.

Examples:
  ckpt peek image.ckpt --task 226 0x804f000 64
  ckpt peek image.ckpt --task 226 '$sp' --word
  ckpt peek image.ckpt --task 226 '[heap]+0x1000' 4096 --raw > page`,
    )
    .action(async (path: string, address: string, length: string | undefined, options: ImageOptions & MemoryView) => {
      if (FORMS.filter((form) => options[form]).length > 1)
        throw new UsageError("wrong-usage", `only one of ${FORMS.map((form) => `--${form}`).join(", ")} can be given`);
      if (options.raw && options.json) throw new UsageError("wrong-usage", "--raw and --json exclude each other");
      await withImage(path, options, context, async (image) => {
        const { printMemory } = await import("../print/peek.js");
        printMemory(image, context, address, length, options);
      });
    });
}

const FORMS = ["string", "u8", "u16", "u32", "u64", "word", "raw"] as const;
