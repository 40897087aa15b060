/** Writes an image to a file or a pipe. In a file of its own because it needs Node. */
import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from "node:fs";
import type { ImageSink } from "../write/sink.js";

/** Waits without spinning until a full pipe accepts more. */
const PAUSE = new Int32Array(new SharedArrayBuffer(4));
const PAUSE_MS = 1;

export class FileSink implements ImageSink {
  /** Leaves a hole in the file, which reads as zeros. Undefined for pipes, devices and descriptors that were opened elsewhere. */
  readonly skip?: (zeros: number) => void;
  private readonly descriptor: number;
  /** Number of bytes so far. */
  private end = 0;

  /**
   * @param file path of a file that is created or truncated, or a descriptor open for writing
   * @throws the system error when the file cannot be opened
   */
  constructor(private readonly file: string | number) {
    this.descriptor = typeof file === "number" ? file : openSync(file, "w");
    if (typeof file === "string" && fstatSync(this.descriptor).isFile()) this.skip = (zeros) => this.leaveHole(zeros);
  }

  /**
   * Appends bytes to the file.
   *
   * @throws the system error, e.g. `ENOSPC`, or `EPIPE` when the reader closed the pipe
   */
  write(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      try {
        const at = this.skip ? this.end : null;
        const written = writeSync(this.descriptor, bytes, done, bytes.length - done, at);
        done += written;
        this.end += written;
      } catch (error) {
        // The descriptor may be a non-blocking pipe, e.g. the standard output.
        if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
        Atomics.wait(PAUSE, 0, 0, PAUSE_MS);
      }
    }
  }

  private leaveHole(zeros: number): void {
    ftruncateSync(this.descriptor, this.end + zeros);
    this.end += zeros;
  }

  /** Closes the file; a descriptor passed to the constructor stays open. */
  close(): void {
    if (typeof this.file === "string") closeSync(this.descriptor);
  }
}
