/** The files that a process maps, as far as they are on this machine: what an image leaves to them is looked up there. */
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import type { CoreMapping } from "./mappings.js";
import { textBytes } from "./text-bytes.js";

/** What is at the path of a mapped file here. */
export type LocalFile =
  /** An ELF file: its first page, with zeros where the file ends before the page does. */
  | { readonly kind: "elf"; readonly firstPage: Uint8Array }
  /** A file of another kind. */
  | { readonly kind: "other" }
  /** A file of another size in bytes than the process mapped, so another file. */
  | { readonly kind: "different"; readonly size: number }
  /** Nothing that can be read. */
  | { readonly kind: "missing" };

/** Looks each file up once. */
export class LocalFiles {
  private readonly known = new Map<string, LocalFile>();

  /**
   * @param rename what stands for the path of a file here
   * @param pageSize bytes
   */
  constructor(
    readonly rename: (path: string) => string,
    private readonly pageSize: number,
  ) {}

  /** The file of a mapping; undefined for memory without a file. */
  of({ path, mapping }: CoreMapping): LocalFile | undefined {
    if (path === undefined) return undefined;
    // A path that does not begin at the root means nothing to anybody but the process.
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

/** Files that are looked for; a hostile image may name any number. */
const MOST_FILES = 16_384;

const MISSING: LocalFile = { kind: "missing" };

const ELF_MAGIC = "\x7fELF";

/** Waits for no other end of a pipe, and makes no terminal the own one: an image may name anything. */
const HOW = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** @param size bytes that the file of the process had */
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
    // Of the system, or about a NUL in the path.
    if (typeof (error as NodeJS.ErrnoException).code !== "string") throw error;
    return MISSING;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
