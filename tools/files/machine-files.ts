/** Files of this machine, or below a directory with the files of another one. */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { concatUint8Arrays } from "uint8array-extras";
import type { MachineFile, MachineFiles } from "../criu/check-files.js";
import { isSystemError } from "../errors/system-reason.js";

/** Flags that neither block on a pipe nor acquire a controlling terminal: an image may name any file. */
const HOW = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/**
 * The files below a directory that represents the root of a machine.
 *
 * @param root path of the directory; `/` for this machine
 */
export function machineFiles(root: string): MachineFiles {
  const prefix = Buffer.from(root.replace(/\/+$/, ""));
  return (path, use) => {
    let descriptor: number | undefined;
    try {
      // A relative path has a meaning only in the process, and one with a NUL none.
      descriptor =
        path[0] === SLASH && !path.includes(0)
          ? openIfThere(Buffer.from(concatUint8Arrays([prefix, path])))
          : undefined;
      return use(descriptor === undefined ? { kind: "missing" } : fileOf(descriptor));
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
    }
  };
}

const SLASH = "/".charCodeAt(0);

function openIfThere(path: Buffer): number | undefined {
  try {
    return openSync(path, HOW);
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}

function fileOf(descriptor: number): MachineFile {
  const stats = fstatSync(descriptor);
  if (stats.isDirectory()) return { kind: "directory" };
  if (!stats.isFile()) return { kind: "other" };
  return {
    kind: "file",
    size: stats.size,
    read(offset, length) {
      const bytes = new Uint8Array(length);
      let done = 0;
      while (done < length) {
        const count = readSync(descriptor, bytes, done, length - done, offset + done);
        if (count === 0) break;
        done += count;
      }
      return bytes.subarray(0, done);
    },
  };
}
