/** An image with pending changes: it can be read, checked and copied as if they were already made. */
import { type ImageSource, windowBytes } from "../image/bytes/source.js";

/** Bytes that replace others. */
export interface ByteChange {
  /** Offset in bytes from the start of the unchanged image. */
  readonly offset: number;
  /** Number of bytes that are replaced. */
  readonly length: number;
  readonly bytes: Uint8Array;
}

/** Number of bytes that are assembled at once; more only if a caller asks for a longer window. */
const WINDOW_BYTES = 4096;

/** A range of bytes of the result: from the image, or new. */
interface EditedRun {
  readonly start: number;
  readonly end: number;
  /** Offset in the image; for new bytes, of the bytes that they replace. */
  readonly from: number;
  readonly bytes: Uint8Array | undefined;
}

export class EditedSource implements ImageSource {
  readonly size: number;
  view = new DataView(new ArrayBuffer(WINDOW_BYTES));
  /** Range of the result that the view contains. */
  private start = 0;
  private end = 0;
  private readonly pieces: readonly EditedRun[];

  /** @param changes in ascending order, without overlaps */
  constructor(
    readonly original: ImageSource,
    readonly changes: readonly ByteChange[],
  ) {
    const pieces: EditedRun[] = [];
    let from = 0;
    let start = 0;
    const add = (length: number, bytes?: Uint8Array) => {
      if (length > 0) pieces.push({ start, end: start + length, from, bytes });
      start += length;
    };
    for (const { offset, length, bytes } of changes) {
      add(offset - from);
      from = offset;
      add(bytes.length, bytes);
      from += length;
    }
    add(original.size - from);
    this.pieces = pieces;
    this.size = start;
  }

  isUnchanged(): boolean {
    return this.original.isUnchanged?.() ?? true;
  }

  /** Whether all bytes keep their offsets. */
  get keepsOffsets(): boolean {
    return this.changes.every(({ length, bytes }) => length === bytes.length);
  }

  /** Offset in the image of a byte of the result; for a new byte, that of the replaced bytes. */
  originalOffset(offset: number): number {
    const piece = this.pieces[this.pieceAt(offset)];
    if (!piece) return offset - this.size + this.original.size;
    return piece.bytes ? piece.from : piece.from + offset - piece.start;
  }

  window(offset: number, length: number): number {
    if (offset >= this.start && offset + length <= this.end) return offset - this.start;
    if (!(offset >= 0 && length >= 0 && offset + length <= this.size))
      throw new RangeError(`no ${length} bytes at offset ${offset} in an image of ${this.size} bytes`);
    if (length > this.view.byteLength) this.view = new DataView(new ArrayBuffer(length));
    this.end = 0;
    const wanted = Math.min(this.view.byteLength, this.size - offset);
    const joined = new Uint8Array(this.view.buffer);
    for (let index = this.pieceAt(offset), done = 0; done < wanted; index++) {
      const { start, end, from, bytes } = this.pieces[index] as EditedRun;
      const skip = offset + done - start;
      const count = Math.min(end - start - skip, wanted - done);
      joined.set(bytes ? bytes.subarray(skip, skip + count) : windowBytes(this.original, from + skip, count), done);
      done += count;
    }
    this.start = offset;
    this.end = offset + wanted;
    return 0;
  }

  /**
   * Where the bytes of a range of the result come from: `length` bytes of the image at offset `from`, or new `bytes`.
   *
   * @param start offset in the result
   * @param end offset after the range; at most the size of the result
   */
  *runs(
    start = 0,
    end = this.size,
  ): Generator<{ readonly from: number; readonly length: number; readonly bytes: Uint8Array | undefined }, void, void> {
    for (let at = start, index = this.pieceAt(start); at < end; index++) {
      const piece = this.pieces[index] as EditedRun;
      const skip = at - piece.start;
      const length = Math.min(piece.end, end) - at;
      const { from, bytes } = piece;
      yield bytes ? { from, length, bytes: bytes.subarray(skip, skip + length) } : { from: from + skip, length, bytes };
      at += length;
    }
  }

  /** Index of the piece that contains the byte. */
  private pieceAt(offset: number): number {
    let low = 0;
    let high = this.pieces.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.pieces[middle] as EditedRun).end <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
