/** An image in a file, read one window at a time. In a file of its own because it needs Node. */
import { closeSync, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { InputError } from "../errors/input-error.js";
import { isSystemError, systemReason } from "../errors/system-reason.js";
import { UsageError } from "../errors/usage-error.js";
import { WindowedSource } from "../image/bytes/windowed-source.js";
import { isUnchanged } from "./unchanged.js";

/** A file that is open elsewhere, such as a file handle of Node, whose descriptor is negative after it was closed. */
export interface OpenFile {
  readonly fd: number;
}

export class FileSource extends WindowedSource {
  /** State of the file when it was opened. */
  readonly stats: Stats;
  private readonly file: OpenFile;
  private readonly isOwn: boolean;
  private isClosed = false;

  /**
   * @param file path; or a descriptor open for reading, which the source then owns; or an open file, which it leaves open
   * @throws the system error when the file cannot be opened
   */
  constructor(file: string | number | OpenFile) {
    const open = typeof file === "object" ? file : { fd: typeof file === "number" ? file : openSync(file, "r") };
    const stats = fstatSync(open.fd);
    super(stats.size);
    this.stats = stats;
    this.file = open;
    this.isOwn = open !== file;
  }

  /**
   * Reads a part of the file.
   *
   * @throws {UsageError} (`wrong-usage`) when the source or its file was closed: its descriptor may be another file by now
   * @throws {InputError} (`unreadable-file`) when it cannot be read
   */
  protected override readInto(target: Uint8Array, offset: number): number {
    const descriptor = this.openDescriptor();
    return reading(`the bytes at offset ${offset}`, () => readSync(descriptor, target, 0, target.length, offset));
  }

  /**
   * Whether the file has the same state as when it was opened. What was read is otherwise neither the old image nor a new one.
   *
   * @throws {UsageError} (`wrong-usage`) when the source or its file was closed
   * @throws {InputError} (`unreadable-file`) when the state cannot be read
   */
  isUnchanged(): boolean {
    const descriptor = this.openDescriptor();
    return isUnchanged(
      this.stats,
      reading("the state of the file", () => fstatSync(descriptor)),
    );
  }

  private openDescriptor(): number {
    const { fd } = this.file;
    if (this.isClosed || fd < 0) throw new UsageError("wrong-usage", "the file was closed; open it again to read it");
    return fd;
  }

  /** Closes the file. Nothing can be read afterwards; to close it again does nothing. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.forget();
    if (this.isOwn) closeSync(this.file.fd);
  }
}

/** Runs `work`, which reads something of a file; its system errors become an {@link InputError}. */
function reading<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new InputError("unreadable-file", `${what} cannot be read: ${systemReason(error)}`);
  }
}
