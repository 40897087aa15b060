/** Combines small pieces into large ones, so that each does not cost a system call. */
import type { ImageSink } from "./sink.js";

const CHUNK_BYTES = 1024 * 1024;

const ZEROS = new Uint8Array(64 * 1024);

export class GatheringSink implements ImageSink {
  /** Number of bytes so far. */
  written = 0;
  private readonly chunk = new Uint8Array(CHUNK_BYTES);
  private used = 0;

  constructor(private readonly sink: ImageSink) {}

  /** Whether skipped zeros take no space. */
  get isSparse(): boolean {
    return this.sink.skip !== undefined;
  }

  write(bytes: Uint8Array): void {
    this.written += bytes.length;
    if (bytes.length > CHUNK_BYTES - this.used) this.flush();
    if (bytes.length >= CHUNK_BYTES) {
      this.sink.write(bytes);
      return;
    }
    this.chunk.set(bytes, this.used);
    this.used += bytes.length;
  }

  /** Skips zeros. If they fit into the buffer they are written, because a hole costs a system call. */
  skip(zeros: number): void {
    if (zeros <= this.used && zeros <= CHUNK_BYTES - this.used) {
      this.chunk.fill(0, this.used, this.used + zeros);
      this.used += zeros;
      this.written += zeros;
    } else if (this.sink.skip) {
      this.flush();
      this.sink.skip(zeros);
      this.written += zeros;
    } else
      for (let left = zeros; left > 0; left -= ZEROS.length)
        this.write(ZEROS.subarray(0, Math.min(left, ZEROS.length)));
  }

  /** Writes the buffered bytes; must be called at the end. */
  flush(): void {
    if (this.used > 0) this.sink.write(this.chunk.subarray(0, this.used));
    this.used = 0;
  }
}
