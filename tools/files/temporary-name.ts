/**
 * Names of files and directories that are not finished: beside their target, such as `.app.img.4711-5c0ffee5.tmp`, with the number of the program that
 * writes them.
 */
import { createHash, randomBytes } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isSystemError } from "../errors/system-reason.js";

/** Longest name in bytes that is used unchanged; the name of the temporary file must fit into the 255 bytes that Linux allows. */
const MAX_NAME_BYTES = 200;

/** A new name for a file or directory that becomes `target`. */
export function temporaryName(target: string): string {
  const unique = `${process.pid}-${randomBytes(4).toString("hex")}`;
  return join(dirname(target), `${stemOf(target)}${unique}.tmp`);
}

/** Removes what programs left that were killed while they wrote this target. */
export function removeLeftovers(target: string): void {
  const stem = stemOf(target);
  for (const name of readdirSync(dirname(target))) {
    const pid = name.startsWith(stem) ? /^(\d+)-[0-9a-f]{8}\.tmp$/.exec(name.slice(stem.length))?.[1] : undefined;
    if (pid !== undefined && !isRunning(Number(pid))) removeIfPossible(join(dirname(target), name));
  }
}

/** Prefix of all temporary names of a target. */
function stemOf(target: string): string {
  const name = basename(target);
  return Buffer.byteLength(name) <= MAX_NAME_BYTES ? `.${name}.` : `.${createHash("sha1").update(name).digest("hex")}.`;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

function removeIfPossible(path: string): void {
  try {
    rmSync(path, { recursive: true });
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}
