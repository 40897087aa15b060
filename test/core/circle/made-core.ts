/** An image of a captured process, and the core that `ckpt` makes of it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "../../cli/ckpt.js";
import { type ImageOptions, imageOf } from "./image.js";
import type { Process } from "./process.js";

/**
 * Writes an image of the process, and makes a core of it.
 *
 * @returns the path of the core
 */
export async function madeCore(folder: string, process: Process, options: ImageOptions): Promise<string> {
  const name = join(folder, `${options.abi.replace("/", "-")}${options.xsave ? "-xsave" : ""}`);
  writeFileSync(`${name}.img`, imageOf(process, options));
  const [first] = process.threads;
  const root = process.sysroot === "" ? [] : ["--sysroot", process.sysroot];
  await text("core", `${name}.img`, "--task", String(first?.tid), "-o", `${name}.core`, ...root);
  return `${name}.core`;
}
