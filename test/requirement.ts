/**
 * Requirements of tests that a machine may lack. The requirement itself is tested, not a sign of it: a compiler that links does not prove that its
 * programs run. A missing one is reported in one line, and the tests that need it are skipped.
 */
import { spawnSync } from "node:child_process";
import { HANG } from "./hang.js";

/**
 * Whether an installable tool works; in CI a missing tool is a failure.
 *
 * @param probe command that must end with 0; by default the tool with `--version`
 */
export function available(tool: string, probe: readonly string[] = [tool, "--version"], input = ""): boolean {
  return works(tool, failure(probe, input));
}

/**
 * Like {@link available}, for a tool whose test takes more than a command.
 *
 * @param why reason why it does not work; undefined when it does
 */
export function works(tool: string, why: string | undefined): boolean {
  if (why === undefined) return true;
  const reason = `${tool} is not available (${why})`;
  if (process.env.CI) throw new Error(`${reason}, but CI must have it`);
  console.warn(`skipped: ${reason}`);
  return false;
}

/**
 * Whether the machine permits something that no installable package could provide: its kernel, its container or the rights of the user may forbid it,
 * even in CI.
 *
 * @param attempt tries it, and returns the reason when it fails; undefined when it succeeds
 */
export function permitted(what: string, attempt: () => string | undefined): boolean {
  const why = attempt();
  if (why !== undefined) console.warn(`skipped: this machine does not let a test ${what} (${why})`);
  return why === undefined;
}

/** Reason why a command fails, in one line; undefined when it ends with 0. */
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
