/** Command line of `npm run header`: arguments and subcommands. */
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { EXIT } from "../../tools/errors/exit.js";
import { endOf } from "../command.js";
import { check } from "./check.js";
import { importInto } from "./import.js";
import { measure } from "./measure.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Runs the command in this process, and returns its exit code.
 *
 * @param argv the arguments, without `node` and the script
 */
export const header = (argv: readonly string[]): Promise<number> => endOf("header", () => main(argv));

async function main(argv: readonly string[]): Promise<number> {
  let status: number = EXIT.done;
  const program = new Command("header")
    .description("Compare the schema with C headers, and import changes.")
    .addHelpText(
      "after",
      "\nPATH is a kernel tree, a copy of user-cr, a directory with linux/checkpoint_hdr.h and asm/checkpoint_hdr.h, or single headers." +
        "\nExit codes: 0 nothing differs (check, measure) or done (import), 1 differences, problems, or a change that a person has to write (import), 2 usage, 3 headers or a schema that cannot be read, or nothing compared, 4 a schema that cannot be written (import), or no compiler (measure).",
    )
    .exitOverride();
  const common = (command: Command) =>
    command
      .argument("<path...>", "headers: a tree, or files")
      .option("--define <name[=value]>", "macro to define, as with cc -D (repeatable)", collect, [])
      .option("--undefine <name>", "macro not to define, as with cc -U (repeatable)", collect, [])
      .option("--root <dir>", "directory that holds schema/", ROOT)
      .exitOverride();
  common(program.command("check"))
    .description("Report the differences between the headers and the schema.")
    .option("--version <id>", "version of the schema to compare with (default: the newest)")
    .option("--arch <ids>", "architectures, with commas (default: all of the version)")
    .option("--json", "print the differences as JSON")
    .action(async (paths, options) => {
      status = await check(paths, options);
    });
  common(program.command("import"))
    .description("Write the differences into the schema, as a new version.")
    .requiredOption("--as <id>", "id of the new version, e.g. v24")
    .option("--date <date>", "date of the headers, YYYY-MM-DD (default: today)")
    .option("--no-renames", "treat what looks renamed as removed and added")
    .option("--dry-run", "show the changes to the schema, write nothing")
    .action(async (paths, options) => {
      status = await importInto(paths, options);
    });
  common(program.command("measure"))
    .description("Compile the headers and compare sizes and offsets with those computed from the schema.")
    .option("--version <id>", "version of the schema to compare with (default: the newest)")
    .option("--arch <ids>", "architectures, with commas (default: all that have a compiler here)")
    .option("--cc <command>", "compiler with its flags, e.g. 'gcc -m32' (default: the usual one of each architecture)")
    .option("--json", "print the measurements as JSON")
    .action(async (paths, options) => {
      status = await measure(paths, options);
    });
  await program.parseAsync(argv, { from: "user" });
  return status;
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}
