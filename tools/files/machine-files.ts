/** Files of this machine, or below a directory with the files of another one. */
import { closeSync, fstatSync, readlinkSync, readSync, statSync } from "node:fs";
import type { MachineFile, MachineFiles } from "../criu/check-files.js";
import { InputError } from "../errors/input-error.js";
import { isSystemError } from "../errors/system-reason.js";
import { latin1Text } from "../latin1.js";
import { openNamedFile } from "./named-file.js";

/**
 * The files below a directory that represents the root of a machine. Symbolic links and `..` lead to places below it, as they would on that machine.
 *
 * @param root path of the directory; `/` for this machine
 * @throws {InputError} when there is no such directory
 */
export function machineFiles(root: string): MachineFiles {
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory())
    throw new InputError("unreadable-file", "there is no such directory", { file: root });
  return (path, use) => {
    let descriptor: number | undefined;
    try {
      // A relative path has a meaning only in the process, and one with a NUL none.
      const place = path[0] === SLASH && !path.includes(0) ? placeBelow(root, latin1Text(path)) : undefined;
      descriptor = place === undefined ? undefined : openIfThere(place);
      return use(descriptor === undefined ? { kind: "missing" } : fileOf(descriptor));
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
    }
  };
}

const SLASH = "/".charCodeAt(0);

/** Number of symbolic links that Linux follows. */
const MAX_LINKS = 40;

/**
 * The place of a path on this machine, with links resolved below the root.
 *
 * @param path a character per byte, because paths need not be UTF-8
 * @returns undefined for a circle of links
 */
function placeBelow(root: string, path: string): Buffer | undefined {
  const base = Buffer.from(root.replace(/\/+$/, "")).toString("latin1");
  const left = path.split("/").reverse();
  const names: string[] = [];
  let links = 0;
  while (left.length > 0) {
    const name = left.pop() as string;
    if (name === "" || name === ".") continue;
    if (name === "..") {
      names.pop();
      continue;
    }
    const link = linkAt([base, ...names, name].join("/"));
    if (link === undefined) names.push(name);
    else if (++links > MAX_LINKS) return undefined;
    else {
      if (link.startsWith("/")) names.length = 0;
      left.push(...link.split("/").reverse());
    }
  }
  return Buffer.from(`${base}/${names.join("/")}`, "latin1");
}

/** Where a symbolic link leads; undefined for what is none. */
function linkAt(place: string): string | undefined {
  try {
    return readlinkSync(Buffer.from(place, "latin1"), "latin1");
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}

function openIfThere(path: Buffer): number | undefined {
  try {
    return openNamedFile(path);
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
    isExecutable: (stats.mode & 0o111) !== 0,
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
