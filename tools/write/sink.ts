/** Where the bytes of an image go. */

import type { ImageSource } from "../image/bytes/source.js";

/** Takes bytes in order. They are the caller's again when the call returns: a sink that keeps them makes a copy. */
export interface ImageSink {
  write(bytes: Uint8Array): void;
  /** Appends that many zeros without taking space for them. A sink that has no such method gets them written. */
  skip?(zeros: number): void;
  /**
   * Takes bytes of another image without their being read first. A sink without it gets them through {@link write}.
   *
   * @param start offset of the first byte in the source
   * @param end offset behind the last one
   */
  copy?(source: ImageSource, start: number, end: number): void;
}

/** Keeps what is written, for images that fit into memory. */
export class MemorySink implements ImageSink {
  private readonly chunks: Uint8Array[] = [];
  private size = 0;

  write(bytes: Uint8Array): void {
    this.chunks.push(bytes.slice());
    this.size += bytes.length;
  }

  /** All that was written so far, as one copy. */
  get bytes(): Uint8Array {
    const all = new Uint8Array(this.size);
    let at = 0;
    for (const chunk of this.chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }
}
