/** Writes files that are on the disk when the call returns. */
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";

/**
 * Writes the whole content and flushes it to the disk.
 *
 * @throws errors of the file system
 */
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
