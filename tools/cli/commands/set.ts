/** `ckpt set` */
import type { Command } from "commander";
import type { CommandContext } from "../frame/context.js";
import { imageCommand } from "../frame/open.js";
import { outputName } from "../frame/output.js";
import { PATH_HELP } from "./get.js";
import type { SetRequest } from "./set-fields.js";

export function addSetCommand(program: Command, context: CommandContext): void {
  imageCommand(program, "set", "change fields by their paths")
    .argument("<path=value...>", "fields and what they shall be; all are done, or none")
    .option("-o, --output <file>", "write the changed image to this file, - for the standard output", outputName)
    .option("-i, --in-place", "replace the image; other programs see the old or the new one, nothing in between")
    .option("-n, --dry-run", "only print what would change")
    .option("-f, --force", "do it although the image would be broken")
    .option("--json", "print JSON")
    .addHelpText("after", `${VALUES}${PATH_HELP}${EXAMPLES}`)
    .action(async (path: string, assignments: string[], options: SetRequest) => {
      const { setFields } = await import("./set-fields.js");
      await setFields(path, assignments, options, context);
    });
}

const VALUES = `
A value is a number, a name (CKPT_VMA_ANON), bits (VM_READ|VM_WRITE; +VM_EXEC and -VM_EXEC add and remove), a text, bare or in
double quotes with \\n, \\0 or \\xNN, a list [1, 2, 3], or bytes in hexadecimal. Paths of files and other texts of free length may
become shorter or longer; names of tasks and hosts have a fixed room. An edit that would break the image is refused.
`;

const EXAMPLES = `
Examples:
  ckpt set app.img 'task[0].comm=worker' 'file[9].path=/srv/data' -o new.img
  ckpt set app.img 'mm[0].vma[3].vm_flags=+VM_EXEC' --in-place
`;
