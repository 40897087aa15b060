/** Hands small pieces on together, so that each does not cost a call of the system. */
import type { ImageSink } from "./sink.js";

const CHUNK = 1024 * 1024;

const ZEROS = new Uint8Array(64 * 1024);

export class GatheringSink implements ImageSink {
  /** Bytes so far. */
  written = 0;
  private readonly chunk = new Uint8Array(CHUNK);
  private used = 0;

  constructor(private readonly sink: ImageSink) {}

  /** Whether zeros that are skipped take no space. */
  get isSparse(): boolean {
    return this.sink.skip !== undefined;
  }

  write(bytes: Uint8Array): void {
    this.written += bytes.length;
    if (bytes.length > CHUNK - this.used) this.flush();
    if (bytes.length >= CHUNK) {
      this.sink.write(bytes);
      return;
    }
    this.chunk.set(bytes, this.used);
    this.used += bytes.length;
  }

  /** Zeros that are no more than what waits to be written go with it: a hole costs a call of the system. */
  skip(zeros: number): void {
    if (zeros <= this.used && zeros <= CHUNK - this.used) {
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

  /** To be called at the end. */
  flush(): void {
    if (this.used > 0) this.sink.write(this.chunk.subarray(0, this.used));
    this.used = 0;
  }
}
