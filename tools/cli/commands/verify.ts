/** `ckpt verify`: checks whether an image is valid. */
import type { Command } from "commander";
import { UsageError } from "../../errors/usage-error.js";
import type { Image } from "../../image/image.js";
import type { CommandContext } from "../frame/context.js";
import { type ImageOptions, imageCommand, withImage } from "../frame/open.js";

interface VerifyCommandOptions extends ImageOptions {
  readonly max: string;
  readonly all?: true;
  readonly strict?: true;
  readonly forKernel?: string;
  readonly forAbi?: string;
  readonly like?: string;
  readonly json?: true;
}

const DEFAULT_MAX = "100";

export function addVerifyCommand(program: Command, context: CommandContext): void {
  imageCommand(program, "verify", "check whether an image is valid")
    .option("--max <number>", "list at most so many findings, the most severe first", DEFAULT_MAX)
    .option("--all", "list all findings, in the order in which they are found")
    .option("--strict", "let notes make the exit code 1, too")
    .option("--for-kernel <version>", "say what a restart on this kernel would refuse, e.g. 2.6.33")
    .option("--for-abi <version[/arch]>", "the same for a kernel whose headers are of this version, e.g. v21")
    .option("--like <image>", "the same for the kernel that wrote this image, with its sizes and its FPU state")
    .option("--json", "print JSON: one object with the findings and a summary")
    .addHelpText(
      "after",
      `
Every finding has a severity, the rule that is broken, the record and its offset, and what was expected and found. An error means
that a restart refuses the image or that it cannot be read; a warning, that a program may crash or change after a restart; a note is only
unusual. The exit code is 0 when there are no errors and no warnings, 1 when there are, and 3 when the file is not an image.

A restart accepts an image only if its own kernel has the same version numbers, revision of the format, architecture, sizes and floating
point state; texts of release and build do not count. Describe the kernel by its version numbers, by the version of its headers, or best by
any image that it wrote.

Examples:
  ckpt verify --for-kernel 2.6.33 --for-abi v19 image.ckpt
  ckpt verify --like written-there.ckpt image.ckpt
  ckpt verify --json image.ckpt | jq '.summary.rules'`,
    )
    .action(async (path: string, options: VerifyCommandOptions) => {
      const max = options.all ? Number.POSITIVE_INFINITY : maxOf(options);
      const { printFindings } = await import("../print/verify.js");
      const { forKernel: kernel, forAbi: abi } = options;
      const hasTarget = kernel !== undefined || abi !== undefined || options.like !== undefined;
      const print = (image: Image, like?: Image) => {
        const target = hasTarget ? { kernel, abi, like } : undefined;
        printFindings(context, path, image, { ...options, max, target });
      };
      await withImage(
        path,
        options,
        context,
        (image) =>
          options.like === undefined
            ? print(image)
            : withImage(options.like, {}, context, (like) => print(image, like), { tellsProblems: true }),
        {
          tellsProblems: true,
          load: async () => {
            // Findings without a limit are printed as they are found, and a target is known only after the image was opened.
            if (options.all || hasTarget) return (await import("../../image/image.js")).openOutline;
            const { openVerified } = await import("../../verify/verify.js");
            return (source, opening) => openVerified(source, opening, max);
          },
        },
      );
    });
}

/** @throws {UsageError} */
function maxOf({ max }: VerifyCommandOptions): number {
  if (!/^\d+$/.test(max)) throw new UsageError("wrong-usage", `--max takes a number, not ${JSON.stringify(max)}`);
  return Number(max);
}
