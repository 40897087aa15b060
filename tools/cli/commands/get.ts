/** `ckpt get` */
import type { Command } from "commander";
import type { CommandContext } from "../frame/context.js";
import { type ImageOptions, imageCommand, withImage } from "../frame/open.js";
import type { FieldsView } from "../print/get.js";

export function addGetCommand(program: Command, context: CommandContext): void {
  imageCommand(program, "get", "print fields by their paths")
    .argument("[path...]", "fields, records, parts or objects; of all but fields everything in them is printed")
    .option("-l, --list [prefix]", "print the paths of all fields, or of those that begin with the prefix")
    .option("--values", "with --list: the values as well")
    .option("--all", "with --list: record headers and padding as well")
    .option("--raw", "print the bytes of one field as they are")
    .option("--json", "print JSON")
    .addHelpText("after", `${PATH_HELP}${EXAMPLES}`)
    .action(async (path: string, paths: string[], options: ImageOptions & FieldsView) => {
      const { printFields } = await import("../print/get.js");
      await withImage(path, options, context, (image) => printFields(image, context, paths, options));
    });
}

/** Help text about paths for `ckpt get` and `ckpt set`. */
export const PATH_HELP = `
A path names a field by the parts of the image it is in, as the schema calls them:
  header.rev   task[0].comm   task[pid=5].cpu.ip   mm[0].vma[3].vm_flags   file[9].f_pos   task[*].mm.brk
  [3]          by place, from 0; -1 is the last. Of objects it is their number, and [0] is the first one
  [key=value]  by a field: task[pid=5], vma[vm_start=0x8048000], task[comm="my shell"]
  [*]          all of them; without brackets there must be just one
  .mm .file    a field that holds the number of an object leads to the object: task[0].files.fd[2].file.path
  record[7]    any record by its place, record[@0x1b0] by its offset; .payload is what follows its struct
Numbers are decimal, 0x, 0b, 0o or, as in C, octal with a leading 0; names of the header work where a field has them.
`;

const EXAMPLES = `
Examples:
  ckpt get app.img 'task[*].comm'
  ckpt get app.img --list 'task[0].' --values
`;
