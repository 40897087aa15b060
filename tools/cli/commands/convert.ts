/** `ckpt convert`: converts an image to another version of the format, or to a dump for CRIU. */
import type { Command } from "commander";
import { UsageError } from "../../errors/usage-error.js";
import type { CommandContext } from "../frame/context.js";
import { type ImageOptions, imageCommand, withImage } from "../frame/open.js";
import { outputName } from "../frame/output.js";
import type { ConversionOutput } from "../print/convert.js";
import type { DumpOutput } from "../print/criu-dump.js";

/** The target that is no version. */
const CRIU = "criu";

export function addConvertCommand(program: Command, context: CommandContext): void {
  imageCommand(program, "convert", "make an image into one for another kernel, or into a dump for CRIU")
    .requiredOption("--to <version>", "version of the result, e.g. v23-rc2, or criu")
    .option(
      "-o, --output <file>",
      "file for the result, - for the standard output; for CRIU a new directory",
      outputName,
    )
    .option("--plan", "report what would be done and lost, and write nothing")
    .option("--allow-loss", "convert although the version cannot hold everything that the image has")
    .option("--kernel <version>", "numbers of the kernel that is to restart it, e.g. 2.6.33")
    .option("--release <text>", "its release, as uname -r prints it; else the old text with the new numbers")
    .option("--build <text>", "its build, as uname -v prints it")
    .option("--machine <text>", "its machine, as uname -m prints it")
    .option("--vdso <file>", "for CRIU: the code that the old kernel mapped into processes; or stub, or drop")
    .option("--capabilities <mask>", "for CRIU: what the restoring root has, as CapPrm in /proc/self/status")
    .option("--check-files <root>", "for CRIU: compare the files that the processes need with those below a directory")
    .option("--json", "print JSON: the steps, and what is lost or made up, and the obstacles")
    .addHelpText(
      "after",
      `
A restarting kernel compares version, revision and constants of the image with its own, so a conversion is always for one kernel. It also reads
its own structs in the size that they have in its memory, such as semaphores, which are longer from 2.6.33 on: --kernel brings them to that size,
and without it they stay as they are. Everything that the version of the result cannot hold is reported before anything is written. If something
is lost, nothing is written without --allow-loss, and the exit code is 1. State that the version cannot represent at all, such as a TCP
connection, is an obstacle: nothing is written. The architecture stays the same.

With --to criu the processes become a dump that criu restore takes on a kernel of today; its README says what the restore needs and how to start
it. No image has the code that its kernel mapped into every process (vdso). By default 32-bit programs of x86 get a page in its place that makes
system calls, and others nothing: programs that ask it for the time need the old code, from a file of that kernel.

Examples:
  ckpt convert app.ckpt --to v23-rc2 --plan
  ckpt convert app.ckpt --to v23-rc2 --kernel 2.6.37 -o new.ckpt
  ckpt convert app.ckpt --to v19 --allow-loss -o - | gzip > old.ckpt.gz
  ckpt convert app.ckpt --to criu --plan --check-files /
  ckpt convert app.ckpt --to criu -o dump && cat dump/README`,
    )
    .action((path: string, options: ImageOptions & ConversionOutput & DumpOutput & { to: string }) => {
      // Reports call it by its name.
      if (options.to.toLowerCase() === CRIU) options.to = CRIU;
      refuseForeign(options);
      return withImage(path, options, context, async (image) => {
        if (options.to === CRIU) {
          const { dumpAndPrint } = await import("../print/criu-dump.js");
          await dumpAndPrint(image, context, options);
        } else {
          const { convertAndPrint } = await import("../print/convert.js");
          await convertAndPrint(image, context, options);
        }
      });
    });
}

/** @throws {UsageError} for options that the target does not have */
function refuseForeign(options: ConversionOutput & DumpOutput): void {
  const { to, kernel, release, build, machine, vdso, capabilities, checkFiles } = options;
  const foreign = Object.entries(
    to === CRIU ? { kernel, release, build, machine } : { vdso, capabilities, "check-files": checkFiles },
  );
  for (const [name, value] of foreign)
    if (value !== undefined)
      throw new UsageError("wrong-usage", `--${name} is ${to === CRIU ? "not for CRIU" : "for --to criu only"}`);
}
