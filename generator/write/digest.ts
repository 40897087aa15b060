/** Digests of files, to find out whether any of them changed. */
import { createHash } from "node:crypto";

/** SHA-256 over paths and contents; equal only for the same files. The order of the files does not count. */
export function digestOf(files: Iterable<readonly [path: string, content: string | Buffer]>): string {
  const hash = createHash("sha256");
  // Lengths keep apart what is next to each other.
  for (const [path, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(JSON.stringify([path, Buffer.byteLength(content)])).update(content);
  return hash.digest("hex");
}
