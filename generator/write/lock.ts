/**
 * One process at a time: a lock that a killed process does not keep.
 *
 * A process claims the lock with a directory whose name holds its id and its start, and has it when no other process that lives has a claim.
 * A claim that is there before the others are listed is seen by each that lists later, so two never have the lock together. Of two that wait,
 * the one whose claim is first by name keeps it, so one of them goes on. Names are never used again, so the claim of a dead process can be
 * removed at any moment without hitting another one.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { CommandError } from "../command-error.js";

/** Gives the lock back. */
export type Release = () => void;

/** Locks of this process by path, with how often each was taken. */
const held = new Map<string, number>();

/** Milliseconds between two looks at the claims of others. */
const PAUSE = 50;
/** Looks until it is given up: ten minutes. */
const LOOKS = (10 * 60 * 1000) / PAUSE;

/**
 * Waits until no other process has the lock, and takes it. A process may take a lock that it has; it is free when all have been released.
 *
 * `prefix` is a path whose directory exists; the claims are directories beside it. `waiting` is called once with the id of the process that
 * has the lock. Where the directory cannot be written to there is nothing to protect, and no lock is taken.
 *
 * @throws {CommandError} when another process keeps the lock for more than ten minutes
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
    `process ${pidIn(prefix, other)} has been at work here for more than ten minutes; wait for it, or end it`,
  );
}

/** The first claim of another process that lives. Removes those of the dead. */
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

/** False where nothing can be written. */
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

/** Whether a process of the id lives that began at that moment: the id alone may be that of a later one. */
function isAlive(pid: number, start: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  const now = startOf(pid);
  return now === undefined || start === "0" || now === start;
}

/** When a process began, in ticks since the machine did; undefined where the system does not tell, or the process has ended. */
function startOf(pid: number): string | undefined {
  try {
    // The name of the program stands in brackets, and may hold brackets and blanks itself.
    const [state, ...fields] = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    // A process that was killed stays as a zombie until its parent asks for it.
    return state === "Z" || state === "X" ? "ended" : fields[18];
  } catch {
    return undefined;
  }
}
