/** Files that are on the disk when the call returns. */
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";

/** Writes a file to its end, and to the disk. Throws the errors of the file system. */
export function writeDurably(path: string, content: string | Buffer): void {
  const file = openSync(path, "w");
  try {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    let written = 0;
    while (written < bytes.length) written += writeSync(file, bytes, written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
