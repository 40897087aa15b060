/** Program segments in columns: a process with a million scattered pages has as many, and objects would take more memory than the image. */

import { grown } from "../image/bytes/grown.js";

/** A range of memory that is in the core. */
export interface CoreSegment {
  /** First address. */
  readonly start: bigint;
  /** Bytes of addresses. */
  readonly memorySize: bigint;
  /** Bytes in the core: those of all addresses, or none where they are zeros and too many. */
  readonly fileSize: number;
  /** Place of its mapping among those of the process. */
  readonly mapping: number;
}

export class SegmentTable implements Iterable<CoreSegment> {
  private starts = new BigUint64Array(ROOM);
  private memorySizes = new BigUint64Array(ROOM);
  private fileSizes = new Float64Array(ROOM);
  private mappings = new Uint32Array(ROOM);
  private used = 0;

  get length(): number {
    return this.used;
  }

  push({ start, memorySize, fileSize, mapping }: CoreSegment): void {
    if (this.used === this.starts.length) this.grow();
    const at = this.used++;
    this.starts[at] = start;
    this.memorySizes[at] = memorySize;
    this.fileSizes[at] = fileSize;
    this.mappings[at] = mapping;
  }

  *[Symbol.iterator](): Generator<CoreSegment, void, void> {
    for (let at = 0; at < this.used; at++)
      yield {
        start: this.starts[at] as bigint,
        memorySize: this.memorySizes[at] as bigint,
        fileSize: this.fileSizes[at] as number,
        mapping: this.mappings[at] as number,
      };
  }

  private grow(): void {
    const length = this.starts.length * 2;
    this.starts = grown(this.starts, length);
    this.memorySizes = grown(this.memorySizes, length);
    this.fileSizes = grown(this.fileSizes, length);
    this.mappings = grown(this.mappings, length);
  }
}

const ROOM = 256;
