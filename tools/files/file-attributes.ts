/** Copies file attributes other than contents, owner and mode. Node has no calls for them; GNU cp copies all of them. */
import { spawnSync } from "node:child_process";

/**
 * Copies extended attributes, access control list and security context from one file to another, as far as its file system supports them.
 *
 * @returns why some of them may be missing; undefined if none is
 */
export function copyAttributes(from: string, to: string): string | undefined {
  // Attributes of `all` that the file system does not support are no failure.
  const args = ["--attributes-only", "--preserve=all", "--no-preserve=timestamps,links", "--", from, to];
  const { error, stderr } = spawnSync("cp", args, { encoding: "utf8", env: { ...process.env, LC_ALL: "C" } });
  if (error) return `cp cannot be run (${error.message})`;
  return stderr.split("\n")[0] || undefined;
}
