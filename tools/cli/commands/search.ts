/** `ckpt search`: finds bytes in the memory of tasks. */
import type { Command } from "commander";
import { UsageError } from "../../errors/usage-error.js";
import type { CommandContext } from "../frame/context.js";
import { type ImageOptions, imageCommand, withImage } from "../frame/open.js";
import type { SearchView } from "../print/search.js";

interface SearchCommandOptions extends ImageOptions, SearchView {
  readonly max?: string;
}

export function addSearchCommand(program: Command, context: CommandContext): void {
  imageCommand(program, "search", "find bytes in the memory of tasks")
    .argument("<pattern>", 'hex such as de??beef, "text" in quotes, numbers such as u64:0x1000, or /expression/')
    .option(
      "--task <pid>",
      "whose memory, or several pids with commas between them; not needed when all tasks share theirs",
    )
    .option("--all-tasks", "search the memory of all tasks")
    .option("--max <number>", "stop after so many matches")
    .option("--count", "print how many matches there are")
    .option("--json", "print one JSON object per match")
    .addHelpText(
      "after",
      `
Only memory that is in the image is searched, across the borders of pages and mappings. A ? matches any hexadecimal digit. An expression is
one of JavaScript and sees every byte as one character; i, m and s may follow it. Its matches have at most 4096 bytes (longer ones are cut, which --json says), ^ and $ match at
arbitrary places, and an expression that takes too long is an error. The exit code is 1 when nothing was found.

Examples:
  ckpt search image.ckpt --task 226 '"PATH="'
  ckpt search image.ckpt --all-tasks --count u32:0xdeadbeef
  ckpt search image.ckpt --task 226 '/https?:..[a-z.]+/i'`,
    )
    .action(async (path: string, pattern: string, options: SearchCommandOptions) => {
      if (options.task !== undefined && options.allTasks)
        throw new UsageError("wrong-usage", "either --task or --all-tasks, not both");
      const max = maxOf(options);
      await withImage(path, options, context, async (image) => {
        const { searchAndPrint } = await import("../print/search.js");
        searchAndPrint(image, context, pattern, max, options);
      });
    });
}

function maxOf({ max }: SearchCommandOptions): number {
  if (max === undefined) return Number.POSITIVE_INFINITY;
  if (!/^[1-9]\d*$/.test(max))
    throw new UsageError("wrong-usage", `--max takes a number above 0, not ${JSON.stringify(max)}`);
  return Number(max);
}
