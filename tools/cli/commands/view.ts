/** `ckpt view`: shows an image in a browser. */
import type { Command } from "commander";
import { UsageError } from "../../errors/usage-error.js";
import type { CommandContext } from "../frame/context.js";
import { type ImageOptions, imageCommand, withImage } from "../frame/open.js";

interface ViewOptions extends ImageOptions {
  readonly port?: string;
  readonly show?: string;
  readonly open?: true;
}

export function addViewCommand(program: Command, context: CommandContext): void {
  imageCommand(program, "view", "show an image in a browser: serve a page on this machine until Ctrl-C")
    .option("--port <number>", "port of the address; any free one without it")
    .option("--show <view>", "what the page shows first, as a report names it, e.g. view=hex&at=0x1234")
    .option("--open", "open the address in the browser of the desktop, with xdg-open")
    .addHelpText(
      "after",
      `
It prints an address that only this machine can reach, with a random part without which nothing is answered. Readable there are the page and the
bytes of the image, no other file. The page reads the parts that it shows, and changes nothing; changed images are saved as downloads.

With --open, the address is an argument of xdg-open, which other users of this machine can see in the list of processes while it runs.

The exit code is 130 after Ctrl-C, 143 after SIGTERM.

Examples:
  ckpt view image.ckpt
  ckpt view image.ckpt --port 8080 --show 'view=maps&task=226'`,
    )
    .action(async (path: string, { port, show, open, ...options }: ViewOptions) => {
      const number = portNumber(port);
      checkView(show);
      const { viewImage } = await import("../view/view-image.js");
      await withImage(
        path,
        options,
        context,
        (image) => viewImage(image, { path, port: number, show, open, ...options }, context),
        { tellsProblems: true },
      );
    });
}

/** @throws {UsageError} when the text names no view; which views there are the page knows */
function checkView(show: string | undefined): void {
  if (show === undefined || /^#?(?:[^#]*&)?view=\w/.test(show)) return;
  throw new UsageError("wrong-usage", `--show takes a view such as view=hex&at=0x1234, not ${JSON.stringify(show)}`);
}

/** @throws {UsageError} when the text is not the number of a port */
function portNumber(text: string | undefined): number {
  if (text === undefined) return 0;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65535)
    throw new UsageError("wrong-usage", `--port takes a number from 1 to 65535, not ${JSON.stringify(text)}`);
  return port;
}
