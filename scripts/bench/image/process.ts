/** Time and memory of a whole process. */
import { spawnSync } from "node:child_process";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** With this variable Node reads certificates each time it starts, which takes longer than the command. */
const { NODE_EXTRA_CA_CERTS: _, ...environment } = process.env;

/**
 * Wall time; what the process prints goes to /dev/null.
 *
 * @throws {Error} when it fails: that is no time to measure
 */
export function seconds([command = "", ...args]: readonly string[]): number {
  const nowhere = openSync("/dev/null", "w");
  try {
    const started = performance.now();
    const { status, error } = spawnSync(command, args, { stdio: ["ignore", nowhere, "inherit"], env: environment });
    const time = performance.now() - started;
    if (error) throw error;
    if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}`);
    return time / 1000;
  } finally {
    closeSync(nowhere);
  }
}

/** The most memory that a script had, as the system counts it, in bytes. */
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

/** Makes the system forget what it has of a file in its cache. */
export function forget(path: string): void {
  seconds(["dd", `if=${path}`, "iflag=nocache", "count=0", "status=none"]);
}
