/** Program segments in columns: a process may have a million scattered pages, and as many objects would take more memory than the image. */

import { grown } from "../image/bytes/grown.js";

/** A range of memory that is in the core. */
interface CoreSegment {
  /** First address. */
  readonly start: bigint;
  /** Number of bytes in memory. */
  readonly memorySize: bigint;
  /** Number of bytes in the core: all, or none for zeros that are too long. */
  readonly fileSize: number;
  /** Index of its mapping among those of the process. */
  readonly mapping: number;
}

export class SegmentTable implements Iterable<CoreSegment> {
  private starts = new BigUint64Array(FIRST_CAPACITY);
  private memorySizes = new BigUint64Array(FIRST_CAPACITY);
  private fileSizes = new Float64Array(FIRST_CAPACITY);
  private mappings = new Uint32Array(FIRST_CAPACITY);
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

const FIRST_CAPACITY = 256;
