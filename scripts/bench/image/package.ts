/** Packs the command as it is shipped. In a checkout the same script would run the sources. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/**
 * Builds the package in a folder of `directory`.
 *
 * @returns the path of its script, under `directory`
 */
export function packCommand(directory: string): string {
  const packed = join(directory, "package");
  const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/build.mjs", packed], {
    cwd: ROOT,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the build failed:\n${stdout}${stderr}`);
  return join(packed, "bin", "ckpt.js");
}
