/** The files of the reference as they were generated. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve, sep } from "node:path";

export interface TreeFile {
  /** From the root, with slashes. */
  readonly path: string;
  /** Where it lies. */
  readonly source: string;
  readonly bytes: Buffer;
}

/** What cannot be published, and what to do about it; the message is for users. */
export class PublishError extends Error {
  override readonly name = "PublishError";
}

/**
 * All files, in an order that does not depend on the file system.
 *
 * @throws {PublishError} when there is nothing
 */
export function readTree(root: string): TreeFile[] {
  const paths = listFiles(root);
  if (!paths.includes("index.html")) throw new PublishError(`${root} holds no reference; run: npm run gen`);
  return paths.map((path) => {
    const source = resolve(root, path);
    return { path, source, bytes: readFileSync(source) };
  });
}

/** Paths of all files below a directory, sorted; none when it does not exist. */
export function listFiles(root: string): string[] {
  if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(root, { recursive: true })
    .map(String)
    .filter((path) => !statSync(join(root, path)).isDirectory())
    .map((path) => path.split(sep).join("/"))
    .sort((a, b) => (a < b ? -1 : 1));
}

/** `412 files, 5.1 MB` */
export function sizeText(files: readonly TreeFile[]): string {
  const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
  return `${files.length} files, ${(bytes / 1e6).toFixed(1)} MB`;
}
