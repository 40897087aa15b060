/**
 * Replaces a file atomically: a program that opens it reads the whole old or the whole new file, even if the disk is full, the program is killed or
 * the machine loses power in between. The new file is written in the same directory under a name such as `.app.img.4711-5c0ffee5.tmp`, then renamed.
 */
import {
  closeSync,
  fchmodSync,
  fchownSync,
  constants as fsConstants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { copyFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { OutputError, outputError, writing } from "../errors/output-error.js";
import { pause } from "../write/pause.js";
import type { ImageSink } from "../write/sink.js";
import { copyAttributes } from "./file-attributes.js";
import { removeLeftovers, temporaryName } from "./temporary-name.js";
import { isSameFile, isUnchanged } from "./unchanged.js";

/** The file that is being written. */
export interface NewFile extends ImageSink {
  readonly descriptor: number;
  /** Appends bytes. */
  write(bytes: Uint8Array): void;
  /** Appends a hole, which reads as zeros. */
  skip(zeros: number): void;
  /** Overwrites existing bytes. */
  patch(bytes: Uint8Array, offset: number): void;
}

export interface ReplaceOptions {
  /** File that the new one starts as a copy of; cheap on file systems that share blocks. */
  readonly copyOf?: string | undefined;
  /** A file, and its state when it was read. If the state differs at the end, another program changed the file, and nothing is replaced. */
  readonly state?: { readonly path: string; readonly stats: Stats | undefined } | undefined;
}

export interface Replaced {
  /** Path of the replaced file, with symbolic links resolved. */
  readonly path: string;
  /** State of the new file when it was complete. */
  readonly stats: Stats;
  /** Number of other names (hard links) of the old file, which keep its contents. */
  readonly otherNames: number;
  /** Why extended attributes or an access control list of the old file may be missing now; undefined if all were copied. */
  readonly attributesMissing: string | undefined;
}

/**
 * Writes a file and replaces an existing one of that name, keeping its mode, owner, extended attributes and access control list. A symbolic link
 * stays, and its target is replaced. Leftovers of earlier attempts are removed. SIGINT, SIGTERM and SIGHUP remove the unfinished file and then end
 * the program as usual; for that, a long-running `fill` must yield (`await`) now and then.
 *
 * @throws {OutputError} when it cannot be written; errors of `fill` are passed on. In both cases the old file is unchanged
 */
export async function replaceFile(
  path: string,
  fill: (file: NewFile) => void | Promise<void>,
  { copyOf, state }: ReplaceOptions = {},
): Promise<Replaced> {
  const old = writing(path, () => statIfThere(path));
  if (old && !old.isFile())
    throw new OutputError(path, old.isDirectory() ? "it is a directory" : "it is a device or a pipe, not a file");
  if (!old && NAMES_DIRECTORY.test(path)) throw new OutputError(path, "there is no such directory", "ENOENT");
  const target = resolveTarget(path);
  // Descriptors have names in /proc, even if their files no longer have names.
  const named = statIfThere(target);
  if (old && !(named && isSameFile(named, old)))
    throw new OutputError(path, "it is an open file without a name, which cannot be replaced");
  const attempt = new Attempt(path, target);
  try {
    await attempt.system(() => attempt.open(old));
    if (copyOf !== undefined) await attempt.system(() => attempt.startWith(copyOf));
    await fill(attempt);
    // Let pending signals be handled.
    await pause();
    if (state?.stats) refuseOther(path, state.path, state.stats);
    const stats = await attempt.system(() => attempt.finish(old));
    return {
      path: target,
      stats,
      otherNames: Math.max(0, (old?.nlink ?? 1) - 1),
      attributesMissing: attempt.attributesMissing,
    };
  } finally {
    // A pending signal must be handled before the listener is removed, or it would be lost.
    await pause();
    attempt.end();
  }
}

/** A path that can only be that of a directory. */
const NAMES_DIRECTORY = /\/\.{0,2}$/;

/**
 * Refuses to write when a file is no more what it was.
 *
 * @param path what is written
 */
function refuseOther(path: string, file: string, before: Stats): void {
  const now = statIfThere(file);
  if (!now) throw new OutputError(path, `${file} is gone: it was removed meanwhile; save under another name`);
  if (!isUnchanged(before, now)) throw new OutputError(path, `${file} was changed by another program meanwhile`);
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** One attempt to replace a file. */
class Attempt implements NewFile {
  descriptor = -1;
  attributesMissing: string | undefined;
  /** Size of the new file in bytes. */
  private size = 0;
  private readonly directory: string;
  private readonly temporary: string;
  private exists = false;
  private readonly onSignal = (signal: NodeJS.Signals) => {
    this.end();
    process.kill(process.pid, signal);
  };

  constructor(
    /** Path as given by the caller. */
    private readonly path: string,
    private readonly target: string,
  ) {
    this.directory = dirname(target);
    this.temporary = temporaryName(target);
  }

  /** Runs `work` and converts its system errors to {@link OutputError}. */
  async system<T>(work: () => T | Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw outputError(this.path, error);
    }
  }

  open(old: Stats | undefined): void {
    removeLeftovers(this.target);
    for (const signal of SIGNALS) process.on(signal, this.onSignal);
    // No access for others, because the final mode may be stricter.
    this.descriptor = openSync(this.temporary, "wx+", old ? 0o600 : 0o666);
    this.exists = true;
  }

  async startWith(file: string): Promise<void> {
    const mode = statSync(this.temporary).mode;
    await copyFile(file, this.temporary, fsConstants.COPYFILE_FICLONE);
    // The copy also copied the mode of the other file.
    fchmodSync(this.descriptor, mode);
    this.size = fstatSync(this.descriptor).size;
  }

  write(bytes: Uint8Array): void {
    this.put(bytes, this.size);
    this.size += bytes.length;
  }

  skip(zeros: number): void {
    writing(this.path, () => ftruncateSync(this.descriptor, this.size + zeros));
    this.size += zeros;
  }

  patch(bytes: Uint8Array, offset: number): void {
    this.put(bytes, offset);
  }

  /** Puts the new file in the place of the old one, and returns its state. */
  finish(old: Stats | undefined): Stats {
    if (old) {
      // Only root may change the owner; for other users the new file is their own, as with any editor.
      ignoring(() => fchownSync(this.descriptor, old.uid, old.gid));
      this.attributesMissing = copyAttributes(this.target, this.temporary);
      fchmodSync(this.descriptor, old.mode & 0o7777);
    }
    fsyncSync(this.descriptor);
    const stats = fstatSync(this.descriptor);
    renameSync(this.temporary, this.target);
    this.exists = false;
    syncDirectory(this.directory);
    return stats;
  }

  /** Removes the temporary file if it still exists, and the signal listeners. */
  end(): void {
    for (const signal of SIGNALS) process.off(signal, this.onSignal);
    if (this.exists) {
      this.exists = false;
      ignoring(() => unlinkSync(this.temporary));
    }
    if (this.descriptor >= 0) closeSync(this.descriptor);
    this.descriptor = -1;
  }

  private put(bytes: Uint8Array, offset: number): void {
    writing(this.path, () => {
      for (let done = 0; done < bytes.length; )
        done += writeSync(this.descriptor, bytes, done, bytes.length - done, offset + done);
    });
  }
}

/** The file that a path refers to, with symbolic links resolved; it need not exist. */
function resolveTarget(path: string): string {
  for (let name = resolve(path), links = 0; links < MAX_LINKS; links++) {
    try {
      return realpathSync(name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw outputError(path, error);
    }
    if (!lstatSync(name, { throwIfNoEntry: false })?.isSymbolicLink())
      return join(realDirectory(path, dirname(name)), basename(name));
    name = resolve(dirname(name), readlinkSync(name));
  }
  throw new OutputError(path, "too many symbolic links", "ELOOP");
}

/** Maximum number of symbolic links that are followed, as in Linux. */
const MAX_LINKS = 40;

function realDirectory(path: string, directory: string): string {
  try {
    return realpathSync(directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === "ENOENT" ? new OutputError(path, "there is no such directory", code) : outputError(path, error);
  }
}

function statIfThere(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

/** Makes the new name survive a loss of power. Some file systems do not support it. */
function syncDirectory(directory: string): void {
  ignoring(() => {
    const descriptor = openSync(directory, "r");
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  });
}

/** Runs `work` and ignores its errors. */
function ignoring(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (typeof (error as NodeJS.ErrnoException).syscall !== "string") throw error;
  }
}
