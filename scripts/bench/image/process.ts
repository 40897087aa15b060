/** Time and memory of a whole process. */
import { spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** With this variable Node reads certificates at each start, which takes longer than the command. */
const { NODE_EXTRA_CA_CERTS: _, ...environment } = process.env;

/**
 * Wall time in seconds; the output of the process goes to /dev/null.
 *
 * @param statuses exit statuses of success
 * @throws {Error} when the process fails, because then the time means nothing
 */
export function seconds([command = "", ...args]: readonly string[], statuses: readonly number[] = [0]): number {
  const nowhere = openSync("/dev/null", "w");
  try {
    const started = performance.now();
    const { status, error } = spawnSync(command, args, { stdio: ["ignore", nowhere, "inherit"], env: environment });
    const time = performance.now() - started;
    if (error) throw error;
    if (status === null || !statuses.includes(status))
      throw new Error(`${command} ${args.join(" ")} ended with ${status}`);
    return time / 1000;
  } finally {
    closeSync(nowhere);
  }
}

/**
 * What a process prints.
 *
 * @throws {Error} when the process fails
 */
export function outputOf([command = "", ...args]: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", env: environment });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}:\n${stderr}`);
  return stdout;
}

/** Peak memory of a script in bytes, as reported by the system. */
export function peakMemory(script: readonly string[], directory: string): number {
  const hook = join(directory, "peak.cjs");
  const result = join(directory, "peak");
  writeFileSync(
    hook,
    `process.on("exit", () => require("node:fs").writeFileSync(${JSON.stringify(result)}, String(process.resourceUsage().maxRSS)));`,
  );
  seconds([process.execPath, "--require", hook, ...script]);
  return Number(readFileSync(result, "utf8")) * 1024;
}

/** Removes a file from the system's page cache. */
export function forget(path: string): void {
  seconds(["dd", `if=${path}`, "iflag=nocache", "count=0", "status=none"]);
}
