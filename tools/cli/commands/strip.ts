/** `ckpt strip`: removes private data from an image, so that it can be shown to others. */
import type { Command } from "commander";
import type { CommandContext } from "../frame/context.js";
import { helpWith } from "../frame/help.js";
import { type ImageOptions, imageCommand, withImage } from "../frame/open.js";
import { outputName } from "../frame/output.js";
import type { StripOutput } from "../print/strip.js";

export function addStripCommand(program: Command, context: CommandContext): void {
  const command = imageCommand(program, "strip", "write the image without the memory and the data of its tasks")
    .requiredOption("-o, --output <file>", "file for the stripped image, - for the standard output", outputName)
    .option(
      "--keep <kinds>",
      "what stays: memory, environment, pipes, sockets, messages, tty, kernel, values, with commas between them",
    )
    .option("--zero", "leave everything where it is and make it zero")
    .option("--registers", "make registers zero, too")
    .option("--paths", "put x for every character of paths, host names and task names, too")
    .option("--json", "print JSON: sizes, and how much was taken away");
  helpWith(command, context, help).action((path: string, options: ImageOptions & StripOutput) =>
    withImage(path, options, context, async (image) => {
      const { stripAndPrint } = await import("../print/strip.js");
      await stripAndPrint(image, context, options);
    }),
  );
}

async function help(): Promise<string> {
  const [{ ALLOWED_FIELDS }, { wrap }] = await Promise.all([
    import("../../strip/allowed.js"),
    import("../output/wrap.js"),
  ]);
  const allowed = ALLOWED_FIELDS.map(({ what, why, keep, unless }) => {
    const when = [keep && `with --keep ${keep.join(" or ")}`, unless && `without --${unless}`]
      .filter(Boolean)
      .join(", ");
    const [first = "", ...rest] = wrap(`${what}${when === "" ? "" : ` (${when})`}: ${why}`, 100);
    return [`  - ${first}`, ...rest.map((line) => `    ${line}`)].join("\n");
  });
  return `
Pages and the contents of pipes are removed, so the image becomes small. Socket buffers, messages and terminal input become zero: their number
and lengths remain visible. With --keep memory the environment strings still become zero. The result is an image of the same ABI.

What stays, and why:
${allowed.join("\n")}
Fields and payloads that are not in this list stay with --keep values only, such as cookies of epoll, values of signals, addresses and names of
network devices, addresses of hosts and settings of terminals. Padding, bytes after the end of a struct or a text, and fields without a
meaning in the current case always become zero.

Examples:
  ckpt strip image.ckpt -o small.ckpt
  ckpt strip image.ckpt --registers --paths -o report.ckpt`;
}
