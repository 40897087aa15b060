/** Other versions of Node, which npm has as the package `node`. */
import { spawnSync } from "node:child_process";

/**
 * Path of a Node executable, which npm downloads if it has not yet.
 *
 * @param version as npm knows it: `24`, or `22.12.0`
 * @throws {Error} when npm cannot get it
 */
export function nodeOf(version: string): string {
  const running = process.versions.node;
  if (running === version || running.startsWith(`${version}.`)) return process.execPath;
  const script = "process.stdout.write(process.execPath)";
  const { status, stdout, stderr, error } = spawnSync(
    "npm",
    ["exec", "--yes", `--package=node@${version}`, "--", "node", "--eval", script],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`npm has no Node ${version}: ${error?.message ?? stderr}`);
  return stdout;
}
