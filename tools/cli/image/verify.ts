/** `ckpt verify`: whether an image is sound. */
import type { Command } from "commander";
import type { CommandContext } from "../context.js";
import { UsageError } from "../usage-error.js";
import { type ImageOptions, imageCommand, withImage } from "./open.js";

interface VerifyCommandOptions extends ImageOptions {
  readonly max: string;
  readonly all?: true;
  readonly strict?: true;
  readonly json?: true;
}

const MAX = "100";

export function addVerifyCommand(program: Command, context: CommandContext): void {
  imageCommand(program, "verify", "check whether an image is sound")
    .option("--max <number>", "list at most so many findings, the most severe first", MAX)
    .option("--all", "list all findings, in the order in which they are found")
    .option("--strict", "let notes make the exit code 1, too")
    .option("--json", "print JSON: one object with the findings and a summary")
    .addHelpText(
      "after",
      `
Every finding has a severity (error, warning or note), the rule that is broken, the record and its offset, and what was expected and
found. The exit code is 0 when there are no errors and no warnings, 1 when there are, and 3 when the file is no image at all.

Example:
  ckpt verify --json image.ckpt | jq '.summary.rules'`,
    )
    .action(async (path: string, options: VerifyCommandOptions) => {
      const max = options.all ? Number.POSITIVE_INFINITY : maxOf(options);
      const { printFindings } = await import("./print-findings.js");
      await withImage(path, options, context, (image) => printFindings(context, path, image, { ...options, max }), {
        tellsProblems: true,
      });
    });
}

/** @throws {UsageError} */
function maxOf({ max }: VerifyCommandOptions): number {
  if (!/^\d+$/.test(max)) throw new UsageError(`--max takes a number, not ${JSON.stringify(max)}`);
  return Number(max);
}
