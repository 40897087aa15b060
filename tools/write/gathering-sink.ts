/** Hands small pieces on together, so that each does not cost a call of the system. */
import type { ImageSink } from "./sink.js";

const CHUNK = 1024 * 1024;

export class GatheringSink implements ImageSink {
  /** Bytes so far. */
  written = 0;
  private readonly chunk = new Uint8Array(CHUNK);
  private used = 0;

  constructor(private readonly sink: ImageSink) {}

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

  /** To be called at the end. */
  flush(): void {
    if (this.used > 0) this.sink.write(this.chunk.subarray(0, this.used));
    this.used = 0;
  }
}
