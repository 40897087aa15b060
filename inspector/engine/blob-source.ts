/** An image in a file of the browser, read one window at a time. Only a worker can read synchronously. */
import { WindowedSource } from "../../tools/image/bytes/windowed-source.js";
import { ChangedFileError } from "./changed-file-error.js";
import type { ImageFile } from "./image-file.js";

/** A part of the interface that only workers have. */
declare class FileReaderSync {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

/** Bytes to read after a jump. Each read is a message to another process, which takes longer than the bytes. */
const FIRST_BYTES = 64 * 1024;

export class BlobSource extends WindowedSource implements ImageFile {
  private readonly reader = new FileReaderSync();

  constructor(private readonly blob: Blob) {
    super(blob.size, FIRST_BYTES);
  }

  /** @throws {ChangedFileError} when the file was changed or removed since it was chosen */
  protected override readInto(target: Uint8Array, offset: number): number {
    let bytes: Uint8Array;
    try {
      bytes = new Uint8Array(this.reader.readAsArrayBuffer(this.part(offset, offset + target.length)));
    } catch (error) {
      // The browser gives the same reason for a file whose time of modification changed and for one that is gone.
      throw new ChangedFileError(offset, "the file was changed, moved or removed after it was opened", error);
    }
    target.set(bytes);
    return bytes.length;
  }

  part(start: number, end: number): Blob {
    return this.blob.slice(start, end);
  }
}
