/** Common parts of commands that read an image: its argument, the options that say how to read it, opening and closing. */
import type { Command } from "commander";
import { oneLine } from "../../control-characters.js";
import { InputError } from "../../errors/input-error.js";
import { UsageError } from "../../errors/usage-error.js";
import { openSource } from "../../files/open-source.js";
import { isPageSize } from "../../image/abi/page-size.js";
import type { Progress } from "../../image/bytes/progress.js";
import type { ImageSource } from "../../image/bytes/source.js";
import type { Image, OpenOptions } from "../../image/image.js";
import { refuseNoImage } from "../../open/no-image.js";
import { progressBar } from "../output/progress.js";
import type { CommandContext } from "./context.js";

export interface ImageOptions {
  readonly abi?: string;
  readonly pageSize?: string;
}

/** Adds a command whose first argument is an image. */
export function imageCommand(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .argument("<image>", "file with the image, or - for the standard input")
    .option("--abi <version[/arch]>", "read it as this ABI, e.g. v21/x86_64, whatever it seems to be")
    .option("--page-size <bytes>", "page size of the machine that wrote it, where it is not the usual one");
}

/** How a command reads an image. */
interface ImageUse {
  /** Whether the command reports problems of the image itself. */
  readonly tellsProblems?: boolean;
  /** Loads the function that opens the image; by default `openImage`. */
  readonly load?: () => Promise<(source: ImageSource, options: OpenOptions) => Image>;
}

/**
 * Opens an image, calls `use` and closes the image. Afterwards, problems of the image are printed to `err` and set exit code 1, unless the command
 * reports them itself.
 *
 * @throws {InputError} when the file cannot be read or is not an image
 */
export async function withImage(
  path: string,
  options: ImageOptions,
  context: CommandContext,
  use: (image: Image) => void | Promise<void>,
  { tellsProblems = false, load = async () => (await import("../../image/image.js")).openImage }: ImageUse = {},
): Promise<void> {
  const open = await load();
  await withSource(path, context, async (source, onProgress, endProgress) => {
    const image = open(source, { abi: options.abi, pageSize: pageSizeOf(options), onProgress });
    endProgress();
    await refuseNoImage(image, options.abi, "ckpt info -");
    await use(image);
    if (tellsProblems || image.problems.length === 0) return;
    context.setFindings();
    tellProblems(image, path, context);
  });
}

/**
 * Opens the bytes of an image, calls `use` and closes them; for commands that read the bytes themselves. A command that prints must end the progress
 * bar first, so that they do not overwrite each other on a terminal.
 */
export async function withSource(
  path: string,
  { streams }: CommandContext,
  use: (source: ImageSource, onProgress: Progress, endProgress: () => void) => void | Promise<void>,
): Promise<void> {
  const bar = await progressBar(streams, "reading");
  try {
    const source = openSource(path, bar.report);
    try {
      await use(source, bar.report, bar.end);
    } catch (error) {
      throw error instanceof InputError ? error.in(path) : error;
    } finally {
      source.close();
    }
  } finally {
    bar.end();
  }
}

/** @throws {UsageError} when the option is not a page size */
function pageSizeOf({ pageSize }: ImageOptions): number | undefined {
  if (pageSize === undefined) return undefined;
  const size = Number(pageSize);
  if (!isPageSize(size))
    throw new UsageError(
      "wrong-usage",
      `--page-size takes a power of two from 512 to 1048576, not ${JSON.stringify(pageSize)}`,
    );
  return size;
}

/** Number of problems that are printed one by one. */
const MAX_PRINTED_PROBLEMS = 5;

/** Prints the problems of an image to `err`. */
export function tellProblems({ problems, end }: Image, path: string, { streams: { err } }: CommandContext): void {
  const told =
    end === "damaged" && problems.length > MAX_PRINTED_PROBLEMS
      ? [...problems.slice(0, MAX_PRINTED_PROBLEMS - 1), problems.at(-1)]
      : problems.slice(0, MAX_PRINTED_PROBLEMS);
  for (const problem of told) err.write(`ckpt: ${oneLine(path)}: ${oneLine(problem?.message ?? "")}\n`);
  if (problems.length > told.length)
    err.write(`ckpt: ${problems.length - told.length} more problems; ckpt verify lists all\n`);
  if (end === "damaged") err.write("ckpt: the image is damaged there; everything before it was read\n");
}
