/** An image in a file that a person chose, which says when a part of it is read. */
import { BlobSource } from "../../tools/open/blob-source.js";
import type { ImageFile } from "./image-file.js";

export class ChosenSource extends BlobSource<Blob> implements ImageFile {
  onRead: ImageFile["onRead"];

  protected override readInto(target: Uint8Array, offset: number): number {
    this.onRead?.(offset);
    return super.readInto(target, offset);
  }
}
