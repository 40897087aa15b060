/** Rows of the image that all have passages: siblings with all that is in them. They are converted without a node for each. */
import type { Image } from "../image/image.js";
import { TreeNode } from "../image/tree.js";
import type { Numbering } from "./numbering.js";
import type { Origin } from "./origin.js";
import type { Passage, Passages } from "./passages.js";

/** Longer records are copied by themselves, and their contents are not read. */
const MAX_EXAMINED_BYTES = 4096;
/** Bytes of the result that are written as one piece. */
const PIECE_BYTES = 64 * 1024;

/** Where a run is written. */
interface RunWriter {
  /** Makes room for bytes. Returns their offset in {@link view}. */
  room(size: number): number;
  readonly view: DataView;
  readonly chunk: Uint8Array;
  copy(source: Image["source"], start: number, end: number): void;
}

export class Run {
  readonly kind = "run";

  constructor(
    readonly image: Image,
    private readonly passages: Passages,
    readonly first: number,
    readonly end: number,
  ) {}

  /** Offset of the first record in the image. */
  get offset(): number {
    return this.image.table.offsetOf(this.first);
  }

  /** Registers the object numbers in the records. */
  survey(numbering: Numbering): void {
    const { image, passages } = this;
    const { source, table, format } = image;
    for (let row = this.first; row < this.end; row++) {
      const passage = passages.of(row);
      if (!passage || passage.references.length === 0) continue;
      const at = source.window(table.offsetOf(row), passage.size);
      for (const { from } of passage.references)
        numbering.numberOf(source.view.getInt32(at + from, format.littleEndian));
    }
  }

  /** Writes a piece of the run. Returns the rows of the piece as a run of their own. */
  write(writer: RunWriter, numbering: Numbering, from: number): Run {
    const { image, passages } = this;
    let written = 0;
    let row = from;
    while (row < this.end && written < PIECE_BYTES) {
      const passage = passages.of(row);
      if (passage) written += this.record(writer, numbering, passage, row);
      row++;
    }
    return new Run(image, passages, from, row);
  }

  /**
   * Copies one record of the run.
   *
   * @returns bytes written; at least those of a piece after a long record, which ends it
   */
  private record(writer: RunWriter, numbering: Numbering, passage: Passage, row: number): number {
    const { source, format } = this.image;
    const { littleEndian } = format;
    const { size, moved, references, number } = passage;
    const start = this.image.table.offsetOf(row);
    const length = this.lengthOf(row);
    const head = length > MAX_EXAMINED_BYTES ? size : length;
    const newSize = moved ? moved.blank.length : size;
    const to = writer.room(head - size + newSize);
    const at = source.window(start, head);
    const bytes = new Uint8Array(source.view.buffer, source.view.byteOffset + at, head);
    const { chunk, view } = writer;
    if (moved) {
      chunk.set(moved.blank, to);
      for (const move of moved.moves)
        for (let i = 0; i < move.size; i++) chunk[to + move.to + i] = bytes[move.from + i] as number;
      if (head > size) chunk.set(bytes.subarray(size), to + newSize);
    } else chunk.set(bytes, to);
    if (!numbering.isIdentity)
      for (const reference of references) {
        const objref = source.view.getInt32(at + reference.from, littleEndian);
        if (objref > 0) view.setInt32(to + reference.to, numbering.numberOf(objref), littleEndian);
      }
    view.setUint32(to, number, littleEndian);
    view.setUint32(to + 4, length - size + newSize, littleEndian);
    if (length <= head) return head;
    writer.copy(source, start + head, start + length);
    return PIECE_BYTES;
  }

  /**
   * The record that is at an offset of the result.
   *
   * @param offset in bytes from the start of the run in the result
   */
  originAt(offset: number): Origin | undefined {
    let end = 0;
    for (let row = this.first; row < this.end; row++) {
      const passage = this.passages.of(row);
      if (!passage) continue;
      end += this.lengthOf(row) - passage.size + (passage.moved ? passage.moved.blank.length : passage.size);
      if (offset < end) return { image: this.image, node: new TreeNode(this.image.table, row) };
    }
    return undefined;
  }

  private lengthOf(row: number): number {
    return this.image.table.lengthOf(row);
  }
}
