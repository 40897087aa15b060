/** An image in a file of a browser, read one window at a time. Only a worker can read synchronously. */
import { InputError } from "../errors/input-error.js";
import { WindowedSource } from "../image/bytes/windowed-source.js";
import type { BlobLike } from "./contract.js";

/** A part of the interface that only workers have. */
declare class FileReaderSync {
  readAsArrayBuffer(blob: BlobLike): ArrayBuffer;
}

/** Bytes to read after a jump. Each read is a message to another process, which takes longer than the bytes. */
const FIRST_BYTES = 64 * 1024;

/** Whether this program is a worker, which can read a file a part at a time. */
export function canReadParts(): boolean {
  return "FileReaderSync" in globalThis;
}

export class BlobSource<B extends BlobLike = BlobLike> extends WindowedSource {
  private readonly reader = new FileReaderSync();

  constructor(private readonly blob: B) {
    super(blob.size, FIRST_BYTES);
  }

  /**
   * Reads a part of the file.
   *
   * @throws {InputError} (`unreadable-file`) when the file was changed or removed since it was chosen
   */
  protected override readInto(target: Uint8Array, offset: number): number {
    let bytes: Uint8Array;
    try {
      bytes = new Uint8Array(this.reader.readAsArrayBuffer(this.part(offset, offset + target.length)));
    } catch {
      // The browser gives the same reason for a file whose time of modification changed and for one that is gone.
      throw unreadable(offset, "the file was changed, moved or removed after it was opened");
    }
    target.set(bytes);
    return bytes.length;
  }

  /** The bytes from `start` up to but not including `end`, without reading them. */
  part(start: number, end: number): B {
    return this.blob.slice(start, end) as B;
  }
}

/** The error for a file that could be read before. */
export function unreadable(offset: number, reason: string): InputError {
  return new InputError("unreadable-file", `the bytes at offset ${offset} cannot be read: ${reason}; open it again`);
}
