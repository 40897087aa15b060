/** Opens an image by its name on the command line: a file, or `-` for what comes through a pipe. */
import { closeSync, existsSync, fstatSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isatty } from "node:tty";
import { InputError, STANDARD_INPUT } from "../../errors/input-error.js";
import { OutputError } from "../../errors/output-error.js";
import { isSystemError, systemReason } from "../../errors/system-reason.js";
import { FileSource } from "./file.js";
import type { Progress } from "./progress.js";
import type { ImageSource } from "./source.js";

export interface OpenSource extends ImageSource {
  close(): void;
}

/**
 * A pipe cannot be read twice, and nobody knows how long it is, so what comes through it is kept in a temporary file that has no name any
 * more (`TMPDIR` says on which file system). Memory stays small however much it is.
 *
 * @throws {InputError} when it cannot be read
 * @throws {OutputError} when there is no room for what comes through a pipe
 */
export function openSource(path: string, onProgress?: Progress): OpenSource {
  let descriptor: number | undefined;
  try {
    descriptor = path === STANDARD_INPUT ? 0 : openSync(path, "r");
    const kind = fstatSync(descriptor);
    if (kind.isDirectory()) throw unreadable(path, directoryText(path));
    if (kind.isFile()) return new FileSource(descriptor);
    if (kind.isCharacterDevice()) refuseDevice(descriptor, path);
    return new FileSource(spool(descriptor, onProgress));
  } catch (error) {
    if (descriptor !== undefined && descriptor !== 0) closeSync(descriptor);
    throw isSystemError(error) ? unreadable(path, systemReason(error)) : error;
  }
}

function unreadable(file: string, reason: string): InputError {
  return new InputError("unreadable-file", reason, { file });
}

/** CRIU puts what belongs together into a directory, with this file in it. */
function directoryText(path: string): string {
  return existsSync(join(path, "inventory.img"))
    ? "it is a directory with a checkpoint of CRIU; crit reads its files: crit show FILE"
    : "it is a directory";
}

/** Terminals wait for a person, and devices such as /dev/zero have no end. Only one that is at its end at once, /dev/null, is let through. */
function refuseDevice(descriptor: number, path: string): void {
  if (isatty(descriptor)) throw unreadable(path, "it is a terminal; pipe an image into it or name a file");
  if (readSync(descriptor, Buffer.alloc(1)) > 0) throw unreadable(path, "it is a device, not a file or a pipe");
}

const PIECE = 1024 * 1024;

/** Copies what a descriptor gives into a file without a name. */
function spool(from: number, onProgress: Progress | undefined): number {
  const directory = keeping(() => mkdtempSync(join(tmpdir(), "ckpt-")));
  try {
    const to = keeping(() => openSync(join(directory, "image"), "wx+", 0o600));
    const piece = Buffer.alloc(PIECE);
    let done = 0;
    for (;;) {
      const length = readPiece(from, piece);
      if (length === 0) return to;
      for (let written = 0; written < length; )
        written += keeping(() => writeSync(to, piece, written, length - written));
      done += length;
      onProgress?.(done, Number.NaN);
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** What goes wrong here is no fault of the input. */
function keeping<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const reason = `${systemReason(error)}; TMPDIR names another place for what comes through a pipe`;
    throw new OutputError(tmpdir(), reason, error.code);
  }
}

/** A pipe that does not block reports that it is empty; wait a moment and ask again. */
function readPiece(descriptor: number, piece: Buffer): number {
  for (;;) {
    try {
      return readSync(descriptor, piece, 0, piece.length, null);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EOF") return 0;
      if (code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
