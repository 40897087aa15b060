/** An image in a file, read one window at a time. In a file of its own because it needs Node. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { ImageError } from "../../errors/image-error.js";
import { type ImageSource, outside } from "./source.js";

/** Bytes to read after a jump: the records between two runs of pages. */
const FIRST = 2 * 1024;

/** Most bytes to read at once in a sequential scan. Only a caller who asks for a longer window gets more. */
const MOST = 128 * 1024;

/** Gaps up to this many bytes are read through rather than seeked over. */
const NEAR = 16 * 1024;

export class FileSource implements ImageSource {
  readonly size: number;
  view = new DataView(new ArrayBuffer(MOST));
  /** The bytes of the view. Kept because Node 24 sometimes rejects a `DataView` as a buffer to read into. */
  private bytes = new Uint8Array(this.view.buffer);
  /** Offset of the first byte of the view in the file. */
  private start = 0;
  /** Bytes of the view that were read. */
  private filled = 0;
  /** Bytes to read next time. */
  private ahead = FIRST;
  private readonly descriptor: number;

  /**
   * @param file path, or a descriptor open for reading, which the source then owns
   * @throws the system error when the file cannot be opened
   */
  constructor(file: string | number) {
    this.descriptor = typeof file === "number" ? file : openSync(file, "r");
    this.size = fstatSync(this.descriptor).size;
  }

  window(offset: number, length: number): number {
    if (offset >= this.start && offset + length <= this.start + this.filled) return offset - this.start;
    if (!(offset >= 0 && offset + length <= this.size)) throw outside(offset, length, this.size);
    if (length > this.view.byteLength) {
      this.view = new DataView(new ArrayBuffer(length));
      this.bytes = new Uint8Array(this.view.buffer);
    }
    this.read(offset, length, Math.min(Math.max(length, this.lookAhead(offset)), this.size - offset));
    return 0;
  }

  /** Bytes to read ahead: grows up to {@link MOST} while reads are sequential, and is small after a jump. */
  private lookAhead(offset: number): number {
    const end = this.start + this.filled;
    this.ahead = offset >= this.start && offset < end + NEAR ? Math.min(this.ahead * 4, MOST) : FIRST;
    return this.ahead;
  }

  private read(offset: number, least: number, most: number): void {
    this.start = offset;
    this.filled = 0;
    while (this.filled < most) {
      const read = readSync(this.descriptor, this.bytes, this.filled, most - this.filled, offset + this.filled);
      if (read === 0) break;
      this.filled += read;
    }
    if (this.filled < least)
      throw new ImageError("unexpected-end", {
        offset: offset + this.filled,
        expected: `the ${this.size} bytes that the file had when it was opened`,
        found: "that it has become shorter",
      });
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
