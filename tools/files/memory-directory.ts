/** The directory next to a text for data that are too long for it: the pages of every address space in one file. Needs Node. */
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmdirSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { writing } from "../errors/output-error.js";
import { UsageError } from "../errors/usage-error.js";
import type { ImageSource } from "../image/bytes/source.js";
import { windowBytes } from "../image/bytes/source.js";
import { type ByteFiles, type BytesKeeper, inlineBytes, type StoredBytes } from "../text/bytes.js";
import { type JsonObject, Misfit, quote } from "../text/form.js";

/** Bytes to copy at once. */
const PIECE_BYTES = 1024 * 1024;
/** Maximum number of bytes, other than pages, that are stored in the text itself. */
const MAX_INLINE_BYTES = 64 * 1024;

export class MemoryDirectoryWriter implements BytesKeeper {
  private open: { readonly name: string; readonly descriptor: number } | undefined;
  private readonly isNew: boolean;
  private readonly files = new Set<string>();

  /**
   * @param path created if it does not exist
   * @throws {UsageError} (`directory-not-empty`) when it is not empty; nothing is overwritten
   * @throws {OutputError} when it cannot be created; all other methods throw it if they cannot write
   */
  constructor(private readonly path: string) {
    const [isNew, isEmpty] = writing(path, () => {
      const first = mkdirSync(path, { recursive: true });
      return [first !== undefined, readdirSync(path).length === 0] as const;
    });
    if (!isEmpty)
      throw new UsageError("directory-not-empty", `${path} is not empty; name a new directory for the memory`);
    this.isNew = isNew;
  }

  keep(source: ImageSource, start: number, end: number, pages: boolean, owner: string): JsonObject {
    if (!pages && end - start <= MAX_INLINE_BYTES) return inlineBytes(windowBytes(source, start, end - start));
    const file = `${owner}.${pages ? "pages" : "bytes"}`;
    const path = join(this.path, file);
    const descriptor = writing(path, () => this.descriptorOf(file));
    const offset = fstatSync(descriptor).size;
    for (let at = start; at < end; at += PIECE_BYTES) {
      const piece = windowBytes(source, at, Math.min(PIECE_BYTES, end - at));
      for (let done = 0; done < piece.length; ) done += writing(path, () => writeSync(descriptor, piece, done));
    }
    return { file, offset, size: end - start };
  }

  /** Removes what was written, so that the directory is as before. */
  discard(): void {
    this.close();
    writing(this.path, () => {
      for (const name of this.files) unlinkSync(join(this.path, name));
      if (this.isNew) rmdirSync(this.path);
    });
  }

  close(): void {
    if (this.open) closeSync(this.open.descriptor);
    this.open = undefined;
  }

  /** Data of one object are usually consecutive, so one file is open at a time. */
  private descriptorOf(name: string): number {
    if (this.open?.name === name) return this.open.descriptor;
    this.close();
    const { O_WRONLY, O_CREAT, O_APPEND, O_NOFOLLOW } = constants;
    const descriptor = openSync(join(this.path, name), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0o600);
    this.files.add(name);
    this.open = { name, descriptor };
    return descriptor;
  }
}

/** Reads the files that a text refers to, and nothing outside the directory. */
export class MemoryDirectoryReader implements ByteFiles {
  private open: { readonly name: string; readonly descriptor: number; readonly size: number } | undefined;
  private piece: Uint8Array | undefined;

  constructor(private readonly path: string) {}

  find(file: string, offset: number, size: number): StoredBytes {
    const length = this.openFile(file).size;
    if (offset + size > length)
      throw new Misfit(`a part of the ${length} bytes of ${file}`, `${size} bytes at offset ${offset}`);
    return { length: size, pieces: () => this.read(file, offset, size) };
  }

  close(): void {
    if (this.open) closeSync(this.open.descriptor);
    this.open = undefined;
  }

  private *read(file: string, start: number, size: number): Generator<Uint8Array, void, void> {
    this.piece ??= new Uint8Array(PIECE_BYTES);
    for (let done = 0; done < size; ) {
      const { descriptor } = this.openFile(file);
      const length = readSync(descriptor, this.piece, 0, Math.min(PIECE_BYTES, size - done), start + done);
      if (length === 0) throw new Misfit(`${size} bytes at offset ${start}`, "that the file has become shorter");
      yield this.piece.subarray(0, length);
      done += length;
    }
  }

  private openFile(name: string) {
    if (this.open?.name === name) return this.open;
    if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name))
      throw new Misfit("the plain name of a file in the memory directory", quote(name));
    this.close();
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
    let descriptor: number;
    try {
      descriptor = openSync(join(this.path, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    } catch (error) {
      throw new Misfit(`a file in the memory directory ${this.path}`, missing(name, error));
    }
    const kind = fstatSync(descriptor);
    if (!kind.isFile()) {
      closeSync(descriptor);
      throw new Misfit("a file in the memory directory", "something that is not a regular file");
    }
    this.open = { name, descriptor, size: kind.size };
    return this.open;
  }
}

/** Why a file cannot be read. */
function missing(name: string, error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") return `none of the name ${name}`;
  if (code === "ELOOP") return `a symbolic link of the name ${name}`;
  return `that ${name} cannot be read: ${code ?? error}`;
}
