/** Mapped files of a process on this machine, for contents that the image does not have. */

import { textBytes } from "../model/text-bytes.js";
import type { CoreMapping } from "./mappings.js";

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

/**
 * Looks at a file on this machine.
 *
 * @param path in its bytes, because paths need not be UTF-8
 * @param size in bytes of the file that the process mapped
 * @param pageSize in bytes
 */
export type FileLookup = (path: Uint8Array, size: bigint, pageSize: number) => LocalFile;

/** Looks up local files, each once. */
export class LocalFiles {
  private readonly known = new Map<string, LocalFile>();

  /**
   * @param lookUp undefined if there are no files to look at, as in a browser
   * @param rename returns the path on this machine for the path of a file
   * @param pageSize in bytes
   */
  constructor(
    private readonly lookUp: FileLookup | undefined,
    readonly rename: (path: string) => string,
    private readonly pageSize: number,
  ) {}

  /** The local file of a mapping; undefined for memory without a file, or without a look at files. */
  of({ path, mapping }: CoreMapping): LocalFile | undefined {
    if (path === undefined || !this.lookUp) return undefined;
    // A relative path has a meaning only in the process.
    if (!path.startsWith("/")) return MISSING;
    const size = mapping.backingSize;
    const key = `${size} ${path}`;
    let file = this.known.get(key);
    if (!file) {
      file = this.known.size < MAX_FILES ? this.lookUp(textBytes(this.rename(path)), size, this.pageSize) : MISSING;
      this.known.set(key, file);
    }
    return file;
  }
}

/** Maximum number of files that are looked up; a hostile image may name any number. */
const MAX_FILES = 16_384;

const MISSING: LocalFile = { kind: "missing" };
