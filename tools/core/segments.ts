/**
 * Which segments a core has: mappings in, ranges of addresses with what of each is in the core out.
 *
 * Readers take what lies in a segment and has no bytes in the core for zeros (gdb 13) or for unreadable (lldb 14). So what a reader shall not
 * take for zeros has no segment: it reads that from the mapped file, or says that it cannot. Memory that was never written to has its bytes in
 * the core like any other, as a hole where the output can have one.
 */
import type { Extent, ProcessMemory } from "../memory/memory.js";
import { CoreError } from "./errors.js";
import type { LocalFiles } from "./local-files.js";
import type { CoreMapping } from "./mappings.js";
import { SegmentTable } from "./segment-table.js";

/** Where the bytes of a mapping are, in bytes. */
export interface MappingSizes {
  inImage: bigint;
  /** Nobody has written to them, so they read as zero. */
  zero: bigint;
  /** First page of a mapped ELF file, taken from the file. */
  fromFile: bigint;
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
  /** First pages of mapped ELF files, by address. */
  readonly firstPages: ReadonlyMap<bigint, Uint8Array>;
  /** Bytes of the segments that are in the core. */
  readonly contents: number;
  /** How many of them were never written to. */
  readonly zeros: number;
  /** Bytes that were never written to and of which the core has nothing but the addresses. */
  readonly zerosWithoutBytes: bigint;
}

/** How many zeros a core has bytes for. */
export interface ZeroRoom {
  /** Bytes of the longest range. */
  readonly longest: bigint;
  /** Bytes of all ranges together. */
  readonly most: bigint;
}

const MIB = 1n << 20n;
const TIB = 1n << 40n;

/** Where zeros take no space. File systems end at 16 TiB or later. */
export const SPARSE: ZeroRoom = { longest: TIB, most: 4n * TIB };

/** Where zeros have to be written: stacks and the like, but not what a process reserves in advance. */
export const DENSE: ZeroRoom = { longest: 16n * MIB, most: 64n * MIB };

/** Shared memory that is mapped in several places is written for each of them; no process does that so often. */
const MOST_COPIES = 16;

/** Bytes of first pages of files. */
const MOST_FIRST_PAGES = 64n * MIB;

/**
 * @throws {CoreError} when a mapping does not begin and end at a page, or there is far more to write than the image has
 */
export function planSegments(
  memory: ProcessMemory,
  mappings: readonly CoreMapping[],
  files: LocalFiles,
  room: ZeroRoom,
): SegmentPlan {
  const planner = new Planner(memory, files, room);
  const sizes = mappings.map((mapping, index) => planner.add(mapping, index));
  const { segments, firstPages, copied, zeros, zerosWithoutBytes } = planner;
  const contents = Number(copied + zeros) + firstPages.size * memory.image.format.pageSize;
  return { segments, sizes, firstPages, contents, zeros: Number(zeros), zerosWithoutBytes };
}

class Planner {
  readonly segments = new SegmentTable();
  readonly firstPages = new Map<bigint, Uint8Array>();
  /** Bytes of the image. */
  copied = 0n;
  zeros = 0n;
  zerosWithoutBytes = 0n;
  private readonly pageSize: bigint;
  private readonly mostCopied: bigint;
  /** The segment that is being extended. */
  private start = 0n;
  private end = 0n;
  private mapping = 0;

  constructor(
    private readonly memory: ProcessMemory,
    private readonly files: LocalFiles,
    private readonly room: ZeroRoom,
  ) {
    const { format, source } = memory.image;
    this.pageSize = BigInt(format.pageSize);
    this.mostCopied = BigInt(source.size) * BigInt(MOST_COPIES);
  }

  add(mapping: CoreMapping, index: number): MappingSizes {
    const sizes = { inImage: 0n, zero: 0n, fromFile: 0n, inFile: 0n, excluded: 0n, unknown: 0n };
    const { start, end } = mapping;
    if (start % this.pageSize !== 0n || end % this.pageSize !== 0n)
      throw new CoreError(
        "bad-mapping",
        `the mapping ${hex(start)}-${hex(end)} does not begin and end at a page of ${this.pageSize} bytes`,
      );
    this.mapping = index;
    if (mapping.isExcluded) sizes.excluded = end - start;
    else for (const extent of this.memory.within(mapping)) this.extend(extent, mapping, sizes);
    this.close();
    return sizes;
  }

  private extend({ start, end, backing }: Extent, mapping: CoreMapping, sizes: MappingSizes): void {
    const size = end - start;
    switch (backing.kind) {
      case "image":
        sizes.inImage += size;
        this.copied += size;
        if (this.copied > this.mostCopied)
          throw new CoreError(
            "too-large",
            `the process maps the same memory so often that its core would have more than ${MOST_COPIES} times the bytes of the image`,
          );
        this.put(start, end);
        return;
      case "zero":
        sizes.zero += size;
        this.putZeros(start, end);
        return;
      case "file": {
        const fromFile = backing.offset === 0n && this.putFirstPage(start, mapping) ? this.pageSize : 0n;
        sizes.fromFile += fromFile;
        sizes.inFile += size - fromFile;
        return;
      }
      default:
        sizes.unknown += size;
        if (backing.kind === "unknown") sizes.why = backing.why;
    }
  }

  /** Appends addresses with bytes in the core, to the segment or to a new one. */
  private put(start: bigint, end: bigint): void {
    if (start !== this.end) {
      this.close();
      this.start = start;
    }
    this.end = end;
  }

  private putZeros(start: bigint, end: bigint): void {
    const size = end - start;
    if (size <= this.room.longest && this.zeros + size <= this.room.most) {
      this.zeros += size;
      this.put(start, end);
      return;
    }
    this.close();
    this.zerosWithoutBytes += size;
    this.segments.push({ start, memorySize: size, fileSize: 0, mapping: this.mapping });
  }

  /** @returns whether there is one */
  private putFirstPage(start: bigint, mapping: CoreMapping): boolean {
    const file = this.files.of(mapping);
    if (file?.kind !== "elf" || BigInt(this.firstPages.size) * this.pageSize >= MOST_FIRST_PAGES) return false;
    this.firstPages.set(start, file.firstPage);
    this.put(start, start + this.pageSize);
    return true;
  }

  private close(): void {
    const { start, end, mapping } = this;
    if (end !== start) this.segments.push({ start, memorySize: end - start, fileSize: Number(end - start), mapping });
    this.start = end;
  }
}

function hex(address: bigint): string {
  return `0x${address.toString(16)}`;
}
