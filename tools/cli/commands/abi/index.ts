/** `ckpt abi`: queries about the schema. The generated tables are loaded when a command runs, not for its help. */
import type { Command } from "commander";
import { UsageError } from "../../../errors/usage-error.js";
import type { Streams } from "../../output/streams.js";
import { parseAbiName } from "./abi-name.js";

export function addAbiCommand(program: Command, streams: Streams): void {
  const abi = program.command("abi").description("ask which structs, fields and numbers an image consists of");

  abi
    .command("list")
    .description("list the versions of the ABI and their architectures")
    .option("--json", "print JSON")
    .action(async (options: { json?: true }) => {
      const { printList } = await import("./list.js");
      printList(streams, options);
    });

  abi
    .command("show")
    .description("show the layout of a struct and what its fields mean")
    .argument("[struct]", "C name of the struct in that version, e.g. ckpt_hdr_vma")
    .requiredOption("--abi <version/arch>", "version and architecture, e.g. v19/x86_32")
    .option("--all", "show every struct")
    .option("--json", "print JSON: one object, or with --all an array")
    .action(async (struct: string | undefined, options: { abi: string; all?: true; json?: true }) => {
      const target = parseAbiName(options.abi);
      if ((struct === undefined) === (options.all === undefined))
        throw new UsageError(
          "wrong-usage",
          struct === undefined ? "show takes the name of a struct, or --all" : "show takes a struct or --all, not both",
        );
      const { printStructs } = await import("./show.js");
      printStructs(streams, target, struct, options);
    });

  abi
    .command("constants")
    .description("print every enumerator and integer define of the checkpoint headers")
    .requiredOption("--abi <version/arch>", "version and architecture, e.g. v19/x86_32")
    .option("--json", "print JSON: one object from names to values")
    .action(async (options: { abi: string; json?: true }) => {
      const target = parseAbiName(options.abi);
      const { printConstants } = await import("./constants.js");
      printConstants(streams, target, options);
    });

  abi
    .command("diff")
    .description("show what changed in structs, fields and numbers between two versions")
    .argument("<from>", "version, e.g. v19")
    .argument("<to>", "version, e.g. v21")
    .option("--arch <arch>", "compare this architecture only, e.g. x86_64")
    .option("--json", "print JSON")
    .action(async (from: string, to: string, options: { arch?: string; json?: true }) => {
      const { printDiff } = await import("./diff.js");
      printDiff(streams, from, to, options);
    });
}
