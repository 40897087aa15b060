/**
 * A lock between processes that a killed process does not keep.
 *
 * A process claims the lock with a directory named after its id and start time, and holds it when no other live process has a claim. A claim that
 * exists before the others are listed is visible to every process that lists later, so two never hold the lock together. Of two waiting processes,
 * the one whose claim sorts first keeps it, so one of them proceeds. Names are never reused, so the claim of a dead process can be removed at any
 * time without affecting another one.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { CommandError } from "../command-error.js";

/** Releases the lock. */
export type Release = () => void;

/** Locks of this process by path, with the number of times each was taken. */
const held = new Map<string, number>();

/** Milliseconds between two checks of the claims of others. */
const PAUSE = 50;
/** Number of checks before giving up, after ten minutes. */
const LOOKS = (10 * 60 * 1000) / PAUSE;

/**
 * Waits until no other process holds the lock, and takes it. A process may take a lock again that it holds; it is free when all have been released.
 *
 * `prefix` is a path whose directory exists; claims are directories whose names begin with it. `waiting` is called once with the id of the process
 * that holds the lock. If the directory is not writable there is nothing to protect, and no lock is taken.
 *
 * @throws {CommandError} when another process holds the lock for more than ten minutes
 */
export function takeLock(prefix: string, waiting: (pid: number) => void = () => {}): Release {
  const path = resolve(prefix);
  const own = `${path}${process.pid}-${startOf(process.pid) ?? 0}`;
  const count = held.get(path) ?? 0;
  if (count === 0) {
    if (!claim(own)) return () => {};
    waitForOthers(path, own, waiting);
  }
  held.set(path, count + 1);
  return () => {
    const left = (held.get(path) ?? 1) - 1;
    held.set(path, left);
    if (left > 0) return;
    held.delete(path);
    removeClaim(own);
  };
}

function waitForOthers(prefix: string, own: string, waiting: (pid: number) => void): void {
  let other = living(prefix, own);
  if (other === undefined) return;
  waiting(pidIn(prefix, other));
  for (let look = 0; look < LOOKS; look++) {
    if (other < own) removeClaim(own);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
    claim(own);
    other = living(prefix, own);
    if (other === undefined) return;
  }
  removeClaim(own);
  throw new CommandError(
    "locked",
    `process ${pidIn(prefix, other)} has held the lock for more than ten minutes; wait for it, or end it`,
  );
}

/** The first claim of another live process. Removes claims of dead ones. */
function living(prefix: string, own: string): string | undefined {
  const directory = dirname(prefix);
  const claims = readdirSync(directory)
    .map((name) => join(directory, name))
    .filter((path) => path.startsWith(prefix) && path !== own)
    .sort();
  for (const path of claims) {
    const [, pid, start] = /^(\d+)-(\d+)$/.exec(path.slice(prefix.length)) ?? [];
    if (pid === undefined) continue;
    if (isAlive(Number(pid), start as string)) return path;
    removeClaim(path);
  }
  return undefined;
}

function pidIn(prefix: string, path: string): number {
  return Number.parseInt(path.slice(prefix.length), 10);
}

/** Makes the claim; false if the directory is not writable. */
function claim(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return true;
    if (code === "EROFS" || code === "EACCES" || code === "EPERM") return false;
    throw error;
  }
}

function removeClaim(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

/** Whether the process with the id is alive and started at that time: the id alone may have been reused. */
function isAlive(pid: number, start: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const now = startOf(pid);
  return now === undefined || start === "0" || now === start;
}

/** Start time of a process in clock ticks since boot; undefined where the system does not provide it, or the process has ended. */
function startOf(pid: number): string | undefined {
  try {
    // The program's name is in parentheses, and may contain parentheses and spaces itself.
    const [state, ...fields] = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    // A killed process remains a zombie until its parent waits for it.
    return state === "Z" || state === "X" ? "ended" : fields[18];
  } catch {
    return undefined;
  }
}
