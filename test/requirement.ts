/** Tools that a test needs and a user's machine may not have. */
import { spawnSync } from "node:child_process";

/**
 * Whether a tool works. Where it is missing the tests that need it are skipped, with a line that says so; in CI a missing tool is a
 * failure.
 */
export function available(tool: string, probe: readonly string[], input = ""): boolean {
  const [command = tool, ...args] = probe;
  const result = spawnSync(command, args, { input, encoding: "utf8" });
  if (result.status === 0) return true;
  const reason = `${tool} is not available (${probe.join(" ")}: ${result.error?.message ?? `exit ${result.status}`})`;
  if (process.env.CI) throw new Error(`${reason}, but CI must have it`);
  console.warn(`skipped: ${reason}`);
  return false;
}
