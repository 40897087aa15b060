/** The bytes of an image in a form that other files can have parts of, without reading them. */
import type { ImageSource } from "../../tools/image/bytes/source.js";

export interface ImageFile extends ImageSource {
  /** Called before a part of the file is read, with its offset. */
  onRead: ((offset: number) => void) | undefined;

  /** The bytes from `start` to `end`, as they are in the file. */
  part(start: number, end: number): Blob;
}
