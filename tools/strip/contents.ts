/**
 * Removes the memory of processes and data in transit: pages, and the contents of pipes.
 *
 * If the format has a form for missing contents, the contents are removed. Other kinds of contents become zero in place, because counts, headers and
 * new objects in them depend on each other; so their size remains visible in the image.
 */
import { HEADER_SIZE } from "../image/abi/format.js";
import type { Image } from "../image/image.js";
import type { ByteRange, ImageRecord } from "../image/record/records.js";
import type { StripOptions, Stripped } from "./options.js";
import { type Splice, zeroed } from "./splice.js";

export class ContentFilter {
  /** Number of pages of the next batch. */
  private announced = 0;
  private environmentAt = 0;
  private readonly leavesMemory: boolean;
  private readonly leavesPipes: boolean;

  /** @param environment ranges of environment strings, which become zero even if memory is kept */
  constructor(
    private readonly image: Image,
    private readonly options: StripOptions,
    private readonly environment: readonly ByteRange[],
    private readonly stripped: Stripped,
  ) {
    this.leavesMemory = options.zero === true || options.keep?.has("memory") === true;
    this.leavesPipes = options.zero === true || options.keep?.has("pipes") === true;
  }

  /** Whether a record is removed, because the image is valid without it. Must be called once per record, in the order of the image. */
  leavesOut(label: string | undefined, record: ImageRecord): boolean {
    // The final count of 0 stays, so that the list is empty.
    if (record.name === "PGARR") this.announced = this.image.fields(record).number("nr_pages") ?? 0;
    if (this.leavesMemory) return false;
    if (record.name === "PGARR") return this.announced > 0;
    if (label !== "page_batch" && label !== "huge_page") return record.name === "HPAGE";
    this.stripped.memory += record.payloadLength;
    return true;
  }

  /** Whether the contents of a pipe are removed from this record, or from the bytes after it. */
  isEmptied(label: string | undefined, record: ImageRecord): boolean {
    return !this.leavesPipes && (label === "pipe_contents" || record.name === "FILE_PIPE");
  }

  /** Makes a record describe an empty pipe. In old images it counts the bytes after it, in newer ones it contains them. */
  empty(record: ImageRecord, struct: Uint8Array): void {
    const place = record.kind?.place(record.kind.struct, "pipe_len");
    if (place) struct.fill(0, place.offset, place.offset + place.size);
    else new DataView(struct.buffer).setUint32(4, HEADER_SIZE, this.image.format.littleEndian);
    this.stripped.pipes += place ? record.rawLength : record.payloadLength;
  }

  /** A batch of pages keeps the positions of its pages; if memory is kept, only the environment in it becomes zero. */
  pages({ start, end }: ByteRange): Iterable<Splice> {
    if (this.options.keep?.has("memory")) return this.zeroEnvironment({ start, end });
    const { wordSize, pageSize } = this.image.format;
    const positions = this.announced * wordSize;
    const pages = start + (positions + this.announced * pageSize === end - start ? positions : 0);
    this.stripped.memory += end - pages;
    return [zeroed({ start: pages, end })];
  }

  private *zeroEnvironment({ start, end }: ByteRange): Generator<Splice, void, void> {
    for (; this.environmentAt < this.environment.length; this.environmentAt++) {
      const range = this.environment[this.environmentAt] as ByteRange;
      if (range.start >= end) return;
      if (range.end <= start) continue;
      const within = { start: Math.max(start, range.start), end: Math.min(end, range.end) };
      this.stripped.memory += within.end - within.start;
      yield zeroed(within);
      if (range.end > end) return;
    }
  }
}
