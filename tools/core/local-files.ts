/** Mapped files of a process on this machine, for contents that the image does not have. */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import type { CoreMapping } from "./mappings.js";
import { textBytes } from "./text-bytes.js";

/** The file on this machine at the path of a mapped file. */
export type LocalFile =
  /** An ELF file, with its first page; zero-filled if the file is shorter than a page. */
  | { readonly kind: "elf"; readonly firstPage: Uint8Array }
  /** A file of another kind. */
  | { readonly kind: "other" }
  /** A file whose size in bytes differs from that of the mapped file, so it is another file. */
  | { readonly kind: "different"; readonly size: number }
  /** No readable file. */
  | { readonly kind: "missing" };

/** Looks up local files, each once. */
export class LocalFiles {
  private readonly known = new Map<string, LocalFile>();

  /**
   * @param rename returns the path on this machine for the path of a file
   * @param pageSize in bytes
   */
  constructor(
    readonly rename: (path: string) => string,
    private readonly pageSize: number,
  ) {}

  /** The local file of a mapping; undefined for memory without a file. */
  of({ path, mapping }: CoreMapping): LocalFile | undefined {
    if (path === undefined) return undefined;
    // A relative path has a meaning only in the process.
    if (!path.startsWith("/")) return MISSING;
    const size = mapping.backingSize;
    const key = `${size} ${path}`;
    let file = this.known.get(key);
    if (!file) {
      file = this.known.size < MOST_FILES ? lookUp(this.rename(path), size, this.pageSize) : MISSING;
      this.known.set(key, file);
    }
    return file;
  }
}

/** Maximum number of files that are looked up; a hostile image may name any number. */
const MOST_FILES = 16_384;

const MISSING: LocalFile = { kind: "missing" };

const ELF_MAGIC = "\x7fELF";

/** Flags that neither block on a pipe nor acquire a controlling terminal: an image may name any file. */
const HOW = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** @param size in bytes of the file that the process mapped */
function lookUp(path: string, size: bigint, pageSize: number): LocalFile {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(textBytes(path), HOW);
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return MISSING;
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
    return MISSING;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
