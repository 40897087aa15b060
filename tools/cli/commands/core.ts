/** `ckpt core`: writes core files of processes for a debugger. */
import type { Command } from "commander";
import type { CommandContext } from "../frame/context.js";
import { type ImageOptions, imageCommand, withImage } from "../frame/open.js";
import { outputName } from "../frame/output.js";
import type { CoreRequest } from "./write-cores.js";

export function addCoreCommand(program: Command, context: CommandContext): void {
  imageCommand(program, "core", "write a process as an ELF core, for gdb and other debuggers")
    .requiredOption(
      "-o, --output <file>",
      "file for the core, - for the standard output; with --all a directory",
      outputName,
    )
    .option("--task <pid>", "the process of this task, which debuggers show first")
    .option("--all", "every process that has memory, as core.PID in the directory")
    .option("--sysroot <dir>", "where the files of the processes lie here; it is put in front of their paths")
    .option("--exclude-vma <which...>", "leave out the contents of these mappings")
    .option("--json", "print JSON: threads, notes, mappings, segments, and what is not in the core")
    .addHelpText(
      "after",
      `
The core is that of the architecture of the image, or of a 32-bit program on a 64-bit kernel, with all threads of the process. Pages that the
image does not have are left to the files that are mapped, where the debugger reads them if it finds them; of ELF files that are here the core has
the first page. What was never written to reads as zero, for which a file has holes; all else cannot be accessed. The signal of a thread is the
one that waits for it and is not blocked.

A mapping to be left out is given by its name as in ckpt maps ([stack], /lib/libc.so or libc.so, with * for anything), by an address in it, or by
a range of addresses that it lies in.

Examples:
  ckpt core image.ckpt --task 226 -o core && gdb /bin/app core
  ckpt core image.ckpt --all -o cores --sysroot /srv/target
  ckpt core image.ckpt --task 226 -o core --exclude-vma '[heap]' '/usr/share/*' 0x7f0000000000-0x7f0040000000`,
    )
    .action((path: string, options: ImageOptions & CoreRequest) =>
      withImage(path, options, context, async (image) => {
        const { writeCores } = await import("./write-cores.js");
        await writeCores(image, path, context, options);
      }),
    );
}
