/** `ckpt diff` */
import type { Command } from "commander";
import { parsePairs } from "../../diff/pairs.js";
import { EXIT } from "../../errors/exit.js";
import { UsageError } from "../../errors/usage-error.js";
import type { Image } from "../../image/image.js";
import type { CommandContext } from "../frame/context.js";
import { type ImageOptions, imageCommand, tellProblems, withImage } from "../frame/open.js";
import { addTaskOption } from "../frame/task-option.js";

interface DiffCommandOptions extends ImageOptions {
  readonly abiA?: string;
  readonly abiB?: string;
  readonly task?: string;
  readonly pair?: string;
  readonly memory: boolean;
  readonly all?: true;
  readonly hex?: true;
  readonly limit?: string;
  readonly json?: true;
}

export function addDiffCommand(program: Command, context: CommandContext): void {
  addTaskOption(imageCommand(program, "diff", "show what differs between two images"))
    .argument("<other>", "the image to compare it with; one of the two may be -")
    .option("--abi-a <version[/arch]>", "the same for the first image alone")
    .option("--abi-b <version[/arch]>", "the same for the second image alone")
    .option(
      "--pair <pid=pid>",
      "tasks that are the same although their pids differ, the pid in the first image first; several with commas",
      (pairs: string, before: string | undefined) => (before === undefined ? pairs : `${before},${pairs}`),
    )
    .option("--no-memory", "leave the contents of memory out")
    .option("--all", "let what the headers say (kernel, time, flags, constants) count too")
    .option("--hex", "show the bytes that differ")
    .option(
      "--limit <number>",
      "list at most so many differences of a kind in a task, and byte ranges of each; 0 for all",
    )
    .option("--json", "print JSON: an object with a summary and all differences")
    .addHelpText("after", MEANING)
    .action((path: string, other: string, options: DiffCommandOptions) => compare(path, other, options, context));
}

const MEANING = `
Tasks are the same by pid, descriptors by number, memory by address, IPC objects by id or key, and what they refer to by its role. Numbers of
objects, the order of records and the division of contents into records do not count. Private memory that the image does not have is zero;
memory of mapped files is that of the file. Data that one image lacks, because its version does not save them or because it is damaged, are
listed as unknown and do not count.

A mapping has moved when one of its kind, size and name is at another address and no other looks like it. Differing bytes with fewer than
eight equal ones between them are one range.

The exit code is 0 when nothing differs, 1 when something does or a task could not be compared because an image ends before it, and 3 when
an image cannot be read; a damaged image is compared up to the damage.

Examples:
  ckpt diff before.ckpt after.ckpt
  ckpt diff --task 226 --hex before.ckpt after.ckpt
  ckpt diff --json before.ckpt after.ckpt | jq '.differences[] | select(.kind == "registers")'`;

/** Default number of differences and byte ranges that are listed. */
const DEFAULT_LIMIT = 20;

async function compare(
  pathA: string,
  pathB: string,
  options: DiffCommandOptions,
  context: CommandContext,
): Promise<void> {
  if (pathA === "-" && pathB === "-")
    throw new UsageError("wrong-usage", "only one of the two images can be the standard input");
  const limit = limitOf(options);
  const pids = parsePairs(options.pair ?? "");
  const told = { tellsProblems: true };
  const [optionsA, optionsB] = [options.abiA, options.abiB].map((abi) => ({ ...options, ...(abi && { abi }) }));
  await withImage(
    pathA,
    optionsA as ImageOptions,
    context,
    (a) =>
      withImage(
        pathB,
        optionsB as ImageOptions,
        context,
        async (b) => {
          const { diffAndPrint } = await import("../print/diff/diff.js");
          await diffAndPrint({ path: pathA, image: a }, { path: pathB, image: b }, context, {
            ...options,
            limit,
            pids,
          });
          for (const [image, path] of [
            [a, pathA],
            [b, pathB],
          ] as const)
            tell(image, path, context);
        },
        told,
      ),
    told,
  );
}

/** Reports that an image was not compared as a whole. */
function tell(image: Image, path: string, context: CommandContext): void {
  tellProblems(image, path, context);
  if (image.end === "damaged") context.exitCode = EXIT.input;
}

/** @throws {UsageError} */
function limitOf({ limit, json }: DiffCommandOptions): number {
  if (limit === undefined) return json ? Number.POSITIVE_INFINITY : DEFAULT_LIMIT;
  if (!/^\d+$/.test(limit)) throw new UsageError("wrong-usage", `--limit takes a number, not ${JSON.stringify(limit)}`);
  return Number(limit) || Number.POSITIVE_INFINITY;
}
