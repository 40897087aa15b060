/** Packs the command as it is shipped. In a checkout the same script would run the sources. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** Environment variable with the folder of a package that is already built, so that several benches share one. */
export const BUILT = "CKPT_BENCH_PACKAGE";

/**
 * Builds the package in a folder of `directory`, or takes the one that the environment names.
 *
 * @returns the path of its script
 */
export function packCommand(directory: string): string {
  const built = process.env[BUILT];
  if (built !== undefined) return join(built, "bin", "ckpt.js");
  const packed = join(directory, "package");
  const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/build.mjs", packed], {
    cwd: ROOT,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the build failed:\n${stdout}${stderr}`);
  return join(packed, "bin", "ckpt.js");
}
