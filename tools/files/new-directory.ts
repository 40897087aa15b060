/**
 * Makes a directory with files as a whole: it appears complete, or not at all, also if the disk is full or the program is killed. The files are written
 * into a directory beside it with a name such as `.dump.4711-5c0ffee5.tmp`, which is then renamed. What exists is never touched. Only the owner has access,
 * because the files have the memory of processes.
 */
import { closeSync, fsyncSync, lstatSync, mkdirSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { writing } from "../errors/output-error.js";
import { UsageError } from "../errors/usage-error.js";
import { pause } from "../write/pause.js";
import type { ImageSink } from "../write/sink.js";
import { FileSink } from "./file-sink.js";
import { removeLeftovers, temporaryName } from "./temporary-name.js";

/** Where the files are written to. */
export interface NewDirectory {
  /** Begins a file; the one before it is complete then. */
  file(name: string): ImageSink;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Makes a directory. SIGINT, SIGTERM and SIGHUP remove what is unfinished and then end the program as usual; for that, a long-running `fill` must yield
 * (`await`) now and then.
 *
 * @throws {UsageError} (`directory-exists`) when there is something of that name
 * @throws {OutputError} when it cannot be written; errors of `fill` are passed on. In each case nothing is left
 */
export async function makeDirectory(path: string, fill: (directory: NewDirectory) => Promise<void>): Promise<void> {
  refuseExisting(path);
  const target = resolve(path);
  const temporary = temporaryName(target);
  const remove = () => rmSync(temporary, { recursive: true, force: true });
  const onSignal = (signal: NodeJS.Signals) => {
    remove();
    end();
    process.kill(process.pid, signal);
  };
  const end = () => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  const files = new Files(path, temporary);
  try {
    writing(path, () => {
      removeLeftovers(target);
      mkdirSync(temporary, 0o700);
    });
    await fill(files);
    // Let pending signals be handled.
    await pause();
    files.finish();
    writing(path, () => {
      synchronize(temporary);
      renameSync(temporary, target);
      synchronize(dirname(target));
    });
  } finally {
    files.close();
    remove();
    // A pending signal must be handled before the listener is removed, or it would be lost.
    await pause();
    end();
  }
}

function refuseExisting(path: string): void {
  if (path === "") throw new UsageError("wrong-usage", "the name of the directory is empty");
  const there = writing(path, () => lstatSync(path.replace(/(?<=.)\/+$/, ""), { throwIfNoEntry: false }));
  if (there) throw new UsageError("directory-exists", `${path} exists, and is left alone; name a new directory`);
}

/** The files of the directory, of which one is open at a time. */
class Files implements NewDirectory {
  private descriptor: number | undefined;

  constructor(
    private readonly path: string,
    private readonly directory: string,
  ) {}

  file(name: string): ImageSink {
    this.finish();
    const descriptor = writing(this.path, () => openSync(join(this.directory, name), "wx", 0o600));
    this.descriptor = descriptor;
    const sink = new FileSink(descriptor);
    return { write: (bytes) => writing(this.path, () => sink.write(bytes)) };
  }

  /** Completes the open file. */
  finish(): void {
    const { descriptor } = this;
    if (descriptor !== undefined) writing(this.path, () => fsyncSync(descriptor));
    this.close();
  }

  close(): void {
    const { descriptor } = this;
    this.descriptor = undefined;
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Makes names survive a loss of power. Some file systems do not support it. */
function synchronize(directory: string): void {
  const descriptor = openSync(directory, "r");
  try {
    fsyncSync(descriptor);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EINVAL") throw error;
  } finally {
    closeSync(descriptor);
  }
}
