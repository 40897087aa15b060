/** `ckpt report` */
import type { Command } from "commander";
import type { CommandContext } from "../frame/context.js";
import { helpWith } from "../frame/help.js";
import { type ImageOptions, imageCommand, withImage } from "../frame/open.js";

interface ReportCommandOptions extends ImageOptions {
  readonly paths?: true;
  readonly json?: true;
}

export function addReportCommand(program: Command, context: CommandContext): void {
  const command = imageCommand(
    program,
    "report",
    "write a problem report in Markdown that can be posted: it has no contents of the image",
  )
    .option("--paths", "show names of tasks, paths and messages of the kernel instead of placeholders")
    .option("--json", "print JSON: one object");
  helpWith(command, context, help).action((path: string, options: ReportCommandOptions) =>
    withImage(
      path,
      options,
      context,
      async (image) => {
        const { printReport } = await import("../print/report.js");
        printReport(image, context.streams, options, `ckpt ${program.version() ?? ""}`.trim());
      },
      { tellsProblems: true },
    ),
  );
}

async function help(): Promise<string> {
  const { SHOWN_VALUES } = await import("../../report/shown.js");
  return `
It lists the ABI, the tasks, the amounts of all contents, and what ckpt verify finds; no memory, no data of pipes, sockets and messages,
no environment, host names, addresses or credentials.

What is shown of the values in the image, and why:
${SHOWN_VALUES.map(({ what, why }) => `  - ${what}: ${why}`).join("\n")}
Findings say where a value is wrong, and do not show it.

Example:
  ckpt report image.ckpt > report.md`;
}
