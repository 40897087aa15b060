/** An image in a file, read a window at a time. Apart from the rest because it needs Node. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { ImageError } from "./errors.js";
import { type ImageSource, outside } from "./source.js";

/** Bytes that are read at once; more only when a caller asks for a longer window. */
const WINDOW = 64 * 1024;

export class FileSource implements ImageSource {
  readonly size: number;
  view = new DataView(new ArrayBuffer(WINDOW));
  /** Offset of the first byte of the view in the file. */
  private start = 0;
  /** Bytes of the view that were read. */
  private filled = 0;
  private readonly descriptor: number;

  /**
   * @param file path, or a descriptor that is open for reading and now belongs to the source
   * @throws the error of the system when the file cannot be opened
   */
  constructor(file: string | number) {
    this.descriptor = typeof file === "number" ? file : openSync(file, "r");
    this.size = fstatSync(this.descriptor).size;
  }

  window(offset: number, length: number): number {
    if (offset >= this.start && offset + length <= this.start + this.filled) return offset - this.start;
    if (!(offset >= 0 && offset + length <= this.size)) throw outside(offset, length, this.size);
    if (length > this.view.byteLength) this.view = new DataView(new ArrayBuffer(length));
    this.start = offset;
    this.filled = 0;
    const wanted = Math.min(this.view.byteLength, this.size - offset);
    while (this.filled < wanted) {
      const read = readSync(this.descriptor, this.view, this.filled, wanted - this.filled, offset + this.filled);
      if (read === 0) break;
      this.filled += read;
    }
    if (this.filled < length)
      throw new ImageError("unexpected-end", {
        offset: offset + this.filled,
        expected: `the ${this.size} bytes that the file had when it was opened`,
        found: "that it has become shorter",
      });
    return 0;
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
