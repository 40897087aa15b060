/** Looks at files of this machine that a process had mapped. */
import { closeSync, fstatSync, readSync } from "node:fs";
import type { FileLookup } from "../core/local-files.js";
import { openNamedFile } from "./named-file.js";

const ELF_MAGIC = "\x7fELF";

/** Whether there is a file of that size, with the first page of an ELF file. It neither blocks nor throws, whatever the path names. */
export const localFile: FileLookup = (path, size, pageSize) => {
  let descriptor: number | undefined;
  try {
    descriptor = openNamedFile(Buffer.from(path));
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return { kind: "missing" };
    if (BigInt(stats.size) !== size) return { kind: "different", size: stats.size };
    const firstPage = new Uint8Array(pageSize);
    for (let at = 0; at < pageSize; ) {
      const count = readSync(descriptor, firstPage, at, pageSize - at, at);
      if (count === 0) break;
      at += count;
    }
    const magic = String.fromCharCode(...firstPage.subarray(0, ELF_MAGIC.length));
    return magic === ELF_MAGIC ? { kind: "elf", firstPage } : { kind: "other" };
  } catch (error) {
    // An error of the system, or about a NUL in the path.
    if (typeof (error as NodeJS.ErrnoException).code !== "string") throw error;
    return { kind: "missing" };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
};
