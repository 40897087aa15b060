/** Opens an image by its name: on the command line a file, a pipe, or `-` for the standard input; in a program a file. */
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isatty } from "node:tty";
import { InputError, STANDARD_INPUT } from "../errors/input-error.js";
import { OutputError } from "../errors/output-error.js";
import { isSystemError, systemReason } from "../errors/system-reason.js";
import type { Progress } from "../image/bytes/progress.js";
import { FileSource } from "./file-source.js";

/**
 * Opens an image. A pipe has no known length and cannot be read twice, so its contents are copied to a temporary file that is already unlinked (in
 * the directory `TMPDIR`). Memory use does not depend on the size.
 *
 * @throws {InputError} when it cannot be read
 * @throws {OutputError} when there is no room for the contents of a pipe
 */
export function openSource(path: string, onProgress?: Progress): FileSource {
  let descriptor: number | undefined;
  try {
    descriptor = path === STANDARD_INPUT ? 0 : openSync(path, "r");
    const kind = fstatSync(descriptor);
    if (kind.isDirectory()) throw unreadable(path, directoryText(path));
    if (kind.isFile()) return new FileSource(descriptor);
    if (kind.isCharacterDevice()) refuseDevice(descriptor, path);
    const copy = spool(descriptor, onProgress);
    if (descriptor !== 0) closeSync(descriptor);
    return new FileSource(copy);
  } catch (error) {
    if (descriptor !== undefined && descriptor !== 0) closeSync(descriptor);
    throw isSystemError(error) ? unreadable(path, systemReason(error)) : error;
  }
}

/** Flags that neither wait for the writer of a pipe nor acquire a controlling terminal. */
const WITHOUT_WAITING = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/**
 * Opens an image in a file. What is no file is refused at once: a pipe may never have a writer.
 *
 * @throws {InputError} (`unreadable-file`) when it cannot be read, or is no file
 */
export function openFile(path: string): FileSource {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, WITHOUT_WAITING);
    const kind = fstatSync(descriptor);
    if (kind.isFile()) return new FileSource(descriptor);
    throw unreadable(path, kind.isDirectory() ? directoryText(path) : NO_FILE);
  } catch (error) {
    if (descriptor !== undefined) closeSync(descriptor);
    throw isSystemError(error) ? unreadable(path, systemReason(error)) : error;
  }
}

/** What is said of a pipe, a terminal or another device in the place of a file. */
export const NO_FILE = "it is no file; read all bytes of a pipe and open these";

function unreadable(file: string, reason: string): InputError {
  return new InputError("unreadable-file", reason, { file });
}

/** Why a directory cannot be read. CRIU stores a checkpoint as a directory of files, which include this one. */
function directoryText(path: string): string {
  return existsSync(join(path, "inventory.img"))
    ? "it is a directory with a checkpoint of CRIU; crit reads its files: crit show FILE"
    : "it is a directory";
}

/**
 * Rejects terminals, which would wait for a person, and devices without an end, such as /dev/zero. A device that is empty, /dev/null, is accepted.
 */
function refuseDevice(descriptor: number, path: string): void {
  if (isatty(descriptor)) throw unreadable(path, "it is a terminal; pipe an image into it or name a file");
  if (readSync(descriptor, Buffer.alloc(1)) > 0) throw unreadable(path, "it is a device, not a file or a pipe");
}

const READ_BYTES = 1024 * 1024;

/** Copies all bytes that a descriptor gives into an unlinked temporary file. */
function spool(from: number, onProgress: Progress | undefined): number {
  const directory = keeping(() => mkdtempSync(join(tmpdir(), "ckpt-")));
  try {
    const to = keeping(() => openSync(join(directory, "image"), "wx+", 0o600));
    const piece = Buffer.alloc(READ_BYTES);
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

/** Runs `work` on the temporary file; its system errors are errors of the output, not of the input. */
function keeping<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    const reason = `${systemReason(error)}; TMPDIR names another place for what comes through a pipe`;
    throw new OutputError(tmpdir(), reason, error.code);
  }
}

/** Reads from a pipe. A non-blocking pipe fails with EAGAIN when it is empty; then wait and retry. */
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
