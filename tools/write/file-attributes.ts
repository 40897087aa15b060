/** What a file has besides contents, owner and mode. Node has no calls for it, GNU cp copies all of it. */
import { spawnSync } from "node:child_process";

/**
 * Gives a file the extended attributes, the access control list and the security context of another one, as far as its file system has them.
 *
 * @returns why something of it may be missing; undefined when nothing is
 */
export function copyAttributes(from: string, to: string): string | undefined {
  // What `all` asks for and the file system has not, is no failure.
  const args = ["--attributes-only", "--preserve=all", "--no-preserve=timestamps,links", "--", from, to];
  const { error, stderr } = spawnSync("cp", args, { encoding: "utf8", env: { ...process.env, LC_ALL: "C" } });
  if (error) return `cp cannot be run (${error.message})`;
  return stderr.split("\n")[0] || undefined;
}
