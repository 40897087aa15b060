/** Destination of the bytes of an image. */

import type { ImageSource } from "../image/bytes/source.js";

/** Accepts bytes in order. After the call the caller may change the bytes, so a sink that keeps them must copy them. */
export interface ImageSink {
  write(bytes: Uint8Array): void;
  /** Appends zeros without taking space for them. Without this method, zeros are written. */
  skip?(zeros: number): void;
  /**
   * Appends bytes of another image without reading them first. Without this method, they are read and passed to {@link write}.
   *
   * @param start offset of the first byte in the source
   * @param end offset after the last byte
   */
  copy?(source: ImageSource, start: number, end: number): void;
}

/** Keeps what is written in memory. */
export class MemorySink implements ImageSink {
  private readonly chunks: Uint8Array[] = [];
  private size = 0;

  write(bytes: Uint8Array): void {
    this.chunks.push(bytes.slice());
    this.size += bytes.length;
  }

  /** A copy of all bytes written so far. */
  get bytes(): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(this.size);
    let at = 0;
    for (const chunk of this.chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }
}
