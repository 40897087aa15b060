/** An image that `ckpt view` serves, read one window at a time. Only a worker can wait for a request. */
import { WindowedSource } from "../../tools/image/bytes/windowed-source.js";
import { unreadable } from "../../tools/open/blob-source.js";
import type { ImageFile } from "./image-file.js";

/** Bytes to read after a jump. */
const FIRST_BYTES = 64 * 1024;

export class ServedSource extends WindowedSource implements ImageFile {
  onRead: ImageFile["onRead"];

  /**
   * @param address of the image, which answers requests for ranges of its bytes
   * @param size bytes of the image
   */
  constructor(
    private readonly address: string,
    size: number,
  ) {
    super(size, FIRST_BYTES);
  }

  /** @throws {InputError} (`unreadable-file`) when the image cannot be read any more */
  protected override readInto(target: Uint8Array, offset: number): number {
    this.onRead?.(offset);
    const bytes = new Uint8Array(this.request("arraybuffer", offset, offset + target.length) as ArrayBuffer);
    target.set(bytes);
    return bytes.length;
  }

  part(start: number, end: number): Blob {
    return start === end ? new Blob() : (this.request("blob", start, end) as Blob);
  }

  private request(type: "arraybuffer" | "blob", start: number, end: number): unknown {
    const request = new XMLHttpRequest();
    request.open("GET", this.address, false);
    request.responseType = type;
    request.setRequestHeader("Range", `bytes=${start}-${end - 1}`);
    try {
      request.send();
    } catch {
      throw unreadable(start, "ckpt view does not answer any more");
    }
    if (request.status !== 206)
      throw unreadable(start, `ckpt view answered with status ${request.status}; the file may have changed`);
    return request.response;
  }
}
