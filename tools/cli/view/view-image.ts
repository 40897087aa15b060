/** Serves an image and its page until a signal stops it. */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { basename } from "node:path";
import { oneLine } from "../../control-characters.js";
import { STANDARD_INPUT } from "../../errors/input-error.js";
import type { Image } from "../../image/image.js";
import type { CommandContext } from "../frame/context.js";
import type { ImageOptions } from "../frame/open.js";
import { readPage } from "./page.js";
import { serve } from "./serve.js";

interface ViewRequest extends ImageOptions {
  /** Name of the file of the image. */
  readonly path: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Fragment of the address, which names a view. */
  readonly show: string | undefined;
  readonly open: true | undefined;
}

/** Exit code of a program that a signal ended, as shells give it, beyond the number of the signal. */
const SIGNALLED = 128;

/**
 * Serves an image and its page until SIGINT or SIGTERM.
 *
 * @throws {InputError} when the page is missing
 * @throws {UsageError} when the port cannot be used
 */
export async function viewImage({ source }: Image, request: ViewRequest, context: CommandContext): Promise<void> {
  const { path, port, show, open, abi, pageSize } = request;
  const { streams } = context;
  const name = path === STANDARD_INPUT ? "standard input" : basename(path);
  const served = await serve({ source, page: readPage(), name, abi, pageSize }, port);
  try {
    const address = served.address + (show === undefined ? "" : `#${show.replace(/^#/, "")}`);
    const stopped = signalled();
    // Bytes are written at once, text only when the command ends.
    streams.out.write(Buffer.from(`${oneLine(address)}\n`));
    if (open) openBrowser(address, context);
    context.exitCode = SIGNALLED + constants.signals[await stopped];
  } finally {
    await served.close();
  }
}

/** The first signal that asks the program to end. */
function signalled(): Promise<"SIGINT" | "SIGTERM"> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve(signal));
  });
}

function openBrowser(address: string, { streams }: CommandContext): void {
  const browser = spawn("xdg-open", [address], { stdio: "ignore", detached: true });
  browser.on("error", () => streams.err.write("ckpt: there is no xdg-open; open the address in a browser\n"));
  browser.unref();
}
