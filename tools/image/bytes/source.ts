/** The bytes of an image. Readers request small windows, so an image of any size can be read. */

export interface ImageSource {
  /** Bytes of the whole image. */
  readonly size: number;
  /** The bytes that the last {@link window} made readable. It may be another view after each call. */
  readonly view: DataView;
  /**
   * Makes `length` bytes at `offset` readable until the next call. Returns their offset in {@link view}.
   *
   * @throws {RangeError} when the image does not have these bytes; callers check lengths against {@link size} first
   */
  window(offset: number, length: number): number;
  /** Whether the bytes are still those that were opened, as far as can be told. Absent where a read itself fails if they are not. */
  isUnchanged?(): boolean;
}

/** An image in memory. Windows are the bytes themselves: nothing is copied, and writing into a window writes into the image. */
export class MemorySource implements ImageSource {
  readonly size: number;
  readonly view: DataView;

  constructor(private readonly bytes: Uint8Array) {
    this.size = bytes.byteLength;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Whether the bytes are still there: they are not when their buffer was transferred to another thread. */
  isUnchanged(): boolean {
    return this.bytes.byteLength === this.size;
  }

  window(offset: number, length: number): number {
    if (!(offset >= 0 && offset + length <= this.size)) throw outside(offset, length, this.size);
    return offset;
  }
}

/** A copy of some bytes of an image. */
export function copyBytes(source: ImageSource, offset: number, length: number): Uint8Array<ArrayBuffer> {
  return windowBytes(source, offset, length).slice();
}

/** Some bytes of an image, not copied: valid until the next call of {@link ImageSource.window}. */
export function windowBytes(source: ImageSource, offset: number, length: number): Uint8Array {
  const at = source.window(offset, length);
  return new Uint8Array(source.view.buffer, source.view.byteOffset + at, length);
}

export function outside(offset: number, length: number, size: number): RangeError {
  return new RangeError(`no ${length} bytes at offset ${offset} in an image of ${size} bytes`);
}
