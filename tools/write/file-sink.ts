/** An image into a file or a pipe. Apart from the rest because it needs Node. */
import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from "node:fs";
import type { ImageSink } from "./sink.js";

/** Waits until a full pipe takes more, without spinning. */
const PAUSE = new Int32Array(new SharedArrayBuffer(4));
const PAUSE_MS = 1;

export class FileSink implements ImageSink {
  /** Leaves a hole in the file, which reads as zeros. Pipes, devices and descriptors that others opened have no such method. */
  readonly skip?: (zeros: number) => void;
  private readonly descriptor: number;
  /** Bytes so far. */
  private end = 0;

  /**
   * @param file path, created or emptied, or a descriptor that is open for writing
   * @throws the error of the system when the file cannot be opened
   */
  constructor(private readonly file: string | number) {
    this.descriptor = typeof file === "number" ? file : openSync(file, "w");
    if (typeof file === "string" && fstatSync(this.descriptor).isFile()) this.skip = (zeros) => this.leaveHole(zeros);
  }

  /** @throws the error of the system, e.g. `ENOSPC`, or `EPIPE` when nobody reads any more */
  write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      try {
        const at = this.skip ? this.end : null;
        const written = writeSync(this.descriptor, bytes, done, bytes.length - done, at);
        done += written;
        this.end += written;
      } catch (error) {
        // A pipe that does not block, as the standard output can be.
        if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
        Atomics.wait(PAUSE, 0, 0, PAUSE_MS);
      }
    }
  }

  private leaveHole(zeros: number): void {
    ftruncateSync(this.descriptor, this.end + zeros);
    this.end += zeros;
  }

  /** Closes the file; a descriptor that was given stays open. */
  close(): void {
    if (typeof this.file === "string") closeSync(this.descriptor);
  }
}
