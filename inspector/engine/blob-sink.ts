/** Keeps what is written as a file of the browser, which puts large ones on disk. */
import { EditedSource } from "../../tools/edit/edited-source.js";
import type { ImageSource } from "../../tools/image/bytes/source.js";
import type { ImageSink } from "../../tools/write/sink.js";
import type { ImageFile } from "./image-file.js";

/** Number of bytes that are handed to the browser together. */
const PART_BYTES = 4 * 1024 * 1024;

export class BlobSink implements ImageSink {
  private readonly parts: Blob[] = [];
  private chunks: Uint8Array<ArrayBuffer>[] = [];
  private held = 0;

  write(bytes: Uint8Array): void {
    this.chunks.push(bytes.slice());
    this.held += bytes.length;
    if (this.held >= PART_BYTES) this.flush();
  }

  /** All that was written. */
  blob(type: string): Blob {
    this.flush();
    return new Blob(this.parts, { type });
  }

  private flush(): void {
    if (this.held > 0) this.parts.push(new Blob(this.chunks));
    this.chunks = [];
    this.held = 0;
  }
}

/** An image as a file: the parts of the opened file that are as they were, and the new bytes. */
export function blobOf(source: ImageSource, file: ImageFile): Blob {
  if (!(source instanceof EditedSource)) return file.part(0, file.size);
  const parts = Array.from(
    source.runs(),
    ({ from, length, bytes }) => bytes?.slice() ?? file.part(from, from + length),
  );
  return new Blob(parts, { type: "application/octet-stream" });
}
