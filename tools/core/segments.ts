/**
 * Which segments a core has: mappings in, ranges of addresses with what of each is in the core out.
 *
 * What a segment has no contents for, a debugger takes from the mapped file, and where there is none it reads zeros. So pages of files that are
 * not in the image are left out, and a segment with contents ends before them. Pages that nobody has written to are left out at the end of a
 * segment; between others they are written as zeros, unless they are more than what stands before them.
 */
import type { Extent, ProcessMemory } from "../memory/memory.js";
import { CoreError } from "./errors.js";
import type { CoreMapping } from "./mappings.js";
import { SegmentTable } from "./segment-table.js";

/** Where the bytes of a mapping are, in bytes. */
export interface MappingSizes {
  inImage: bigint;
  /** Nobody has written to them, so they read as zero. */
  zero: bigint;
  /** To be read from the mapped file. */
  inFile: bigint;
  /** Of a mapping that is left out. */
  excluded: bigint;
  /** The image does not tell what they are, and why. */
  unknown: bigint;
  why?: string;
}

export interface SegmentPlan {
  readonly segments: SegmentTable;
  /** In the order of the mappings. */
  readonly sizes: readonly MappingSizes[];
  /** Bytes of the segments that are in the core. */
  readonly contents: number;
  /** How many of them are zeros between pages. */
  readonly filling: number;
}

/** Bytes of zeros that are written sooner than a segment is ended. */
const MOST_FILLING = 64n * 1024n;

/** Shared memory that is mapped in several places is written for each of them; no process does that so often. */
const MOST_COPIES = 16;

/**
 * @throws {CoreError} when a mapping does not begin and end at a page, or there is far more to write than the image has
 */
export function planSegments(memory: ProcessMemory, mappings: readonly CoreMapping[]): SegmentPlan {
  const planner = new Planner(memory);
  const sizes = mappings.map((mapping, index) => planner.add(mapping, index));
  const { segments, contents, filling } = planner;
  return { segments, sizes, contents, filling };
}

class Planner {
  readonly segments = new SegmentTable();
  contents = 0;
  filling = 0;
  private readonly pageSize: bigint;
  private readonly most: number;
  /** The segment that is being extended: its first address, the end of what is in the core, and its end. */
  private start = 0n;
  private written = 0n;
  private end = 0n;
  private mapping = 0;

  constructor(private readonly memory: ProcessMemory) {
    const { format, source } = memory.image;
    this.pageSize = BigInt(format.pageSize);
    this.most = source.size * MOST_COPIES;
  }

  add(mapping: CoreMapping, index: number): MappingSizes {
    const sizes = { inImage: 0n, zero: 0n, inFile: 0n, excluded: 0n, unknown: 0n };
    const { start, end } = mapping;
    if (start % this.pageSize !== 0n || end % this.pageSize !== 0n)
      throw new CoreError(
        "bad-mapping",
        `the mapping ${hex(start)}-${hex(end)} does not begin and end at a page of ${this.pageSize} bytes`,
      );
    this.mapping = index;
    this.begin(start);
    if (mapping.isExcluded) {
      sizes.excluded = end - start;
      this.end = end;
    } else for (const extent of this.memory.within(mapping)) this.extend(extent, sizes);
    this.close();
    return sizes;
  }

  private extend({ start, end, backing }: Extent, sizes: MappingSizes): void {
    const size = end - start;
    switch (backing.kind) {
      case "image":
        sizes.inImage += size;
        this.write(start, end);
        return;
      case "zero":
        sizes.zero += size;
        this.end = end;
        return;
      case "file":
        sizes.inFile += size;
        break;
      default:
        sizes.unknown += size;
        if (backing.kind === "unknown") sizes.why = backing.why;
    }
    this.separate(start);
    this.end = end;
  }

  /** Appends bytes of the image, to the segment or to a new one. */
  private write(start: bigint, end: bigint): void {
    const gap = start - this.written;
    const before = this.written - this.start;
    if (gap > 0n && (gap > before || gap > MOST_FILLING)) this.begin(start);
    else if (gap > 0n) this.filling += Number(gap);
    this.written = end;
    this.end = end;
  }

  /** Ends a segment with contents before bytes that are elsewhere. */
  private separate(at: bigint): void {
    if (this.written > this.start) this.begin(at);
  }

  private begin(start: bigint): void {
    this.close();
    this.start = start;
    this.written = start;
    this.end = start;
  }

  private close(): void {
    if (this.end === this.start) return;
    const { start, end, mapping } = this;
    const fileSize = Number(this.written - start);
    this.contents += fileSize;
    if (this.contents > this.most)
      throw new CoreError(
        "too-large",
        `the process maps the same memory so often that its core would have more than ${MOST_COPIES} times the bytes of the image`,
      );
    this.segments.push({ start, memorySize: end - start, fileSize, mapping });
    this.end = start;
  }
}

function hex(address: bigint): string {
  return `0x${address.toString(16)}`;
}
