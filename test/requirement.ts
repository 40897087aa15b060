/**
 * What a test needs and a machine may not have. The need itself is tried, not a sign of it: a compiler that links is no proof that its programs
 * run. What is missing is told in a line, and the tests that need it are skipped.
 */
import { spawnSync } from "node:child_process";
import { HANG } from "./hang.js";

/**
 * Whether a tool works, which everybody can install; in CI a missing tool is a failure.
 *
 * @param probe command that must end with 0; the tool itself where it is left out
 */
export function available(tool: string, probe: readonly string[] = [tool, "--version"], input = ""): boolean {
  return works(tool, failure(probe, input));
}

/**
 * The same, where more than a command tries it.
 *
 * @param why it does not work; nothing when it does
 */
export function works(tool: string, why: string | undefined): boolean {
  if (why === undefined) return true;
  const reason = `${tool} is not available (${why})`;
  if (process.env.CI) throw new Error(`${reason}, but CI must have it`);
  console.warn(`skipped: ${reason}`);
  return false;
}

/**
 * Whether the machine lets a test do something that no installed package would give it: its kernel, its container or the rights of the user
 * may forbid it, in CI as well.
 *
 * @param attempt does it, and says why it cannot be done; nothing when it can
 */
export function permitted(what: string, attempt: () => string | undefined): boolean {
  const why = attempt();
  if (why !== undefined) console.warn(`skipped: this machine does not let a test ${what} (${why})`);
  return why === undefined;
}

/** Why a command fails, in one line; nothing when it ends with 0. */
export function failure(
  [command = "", ...args]: readonly string[],
  input = "",
  environment: Readonly<Record<string, string>> = {},
): string | undefined {
  const { status, signal, stderr, error } = spawnSync(command, args, {
    input,
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C", ...environment },
    timeout: HANG,
  });
  if (status === 0) return undefined;
  const [said] = stderr?.trim().split("\n") ?? [];
  const ended = error?.message ?? (signal ? `ended by ${signal}` : `exit ${status}`);
  return [[command, ...args].join(" "), ended, ...(said ? [said] : [])].join(": ");
}
