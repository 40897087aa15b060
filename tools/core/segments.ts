/**
 * Plans the PT_LOAD segments. In: mappings. Out: address ranges, and how many leading bytes of each the core holds.
 *
 * For addresses in a segment without bytes in the core, readers assume zeros (gdb 13) or unreadable memory (lldb 14). So memory that must not be read
 * as zeros gets no segment: the reader then takes it from the mapped file, or reports that it cannot. Memory that was never written to has its bytes
 * in the core like any other, as a hole if the output supports holes.
 */

import { RefusalError } from "../errors/refusal-error.js";
import { hex } from "../image/hex.js";
import type { Extent, ProcessMemory } from "../memory/memory.js";
import type { LocalFiles } from "./local-files.js";
import type { CoreMapping } from "./mappings.js";
import { SegmentTable } from "./segment-table.js";

/** Sizes in bytes of a mapping, or of all mappings, by source of the bytes. */
interface MappingSizes {
  inImage: bigint;
  /** Never written to, so zero. */
  zero: bigint;
  /** First page of a mapped ELF file, copied from the file. */
  fromFile: bigint;
  /** To be read from the mapped file. */
  inFile: bigint;
  /** In an excluded mapping. */
  excluded: bigint;
  /** Not in the image. */
  unknown: bigint;
}

export interface SegmentPlan {
  readonly segments: SegmentTable;
  /** Sums over all mappings. */
  readonly sizes: Readonly<MappingSizes>;
  /** Bytes that the image does not have, by reason. */
  readonly unknown: ReadonlyMap<string, bigint>;
  /** Paths of mapped files that contents are to be read from, but that are missing on this machine. */
  readonly missingFiles: ReadonlySet<string>;
  /** Mapped files that contents are to be read from, but that have another size on this machine, by path. */
  readonly differentFiles: ReadonlyMap<string, DifferentFile>;
  /** First pages of mapped ELF files, by address. */
  readonly firstPages: ReadonlyMap<bigint, Uint8Array>;
  /** Number of bytes of all segments in the core. */
  readonly contents: number;
  /** Number of these bytes that were never written to. */
  readonly zeros: number;
  /** Number of bytes that were never written to and of which the core has only the addresses. */
  readonly zerosWithoutBytes: bigint;
}

/** Sizes of a file, in bytes. */
interface DifferentFile {
  readonly here: number;
  readonly whenMapped: bigint;
}

/** Limits for zeros that are stored as bytes in a core. */
export interface ZeroRoom {
  /** Maximum number of bytes of a range. */
  readonly longest: bigint;
  /** Maximum number of bytes of all ranges. */
  readonly most: bigint;
}

const MIB = 1n << 20n;
const TIB = 1n << 40n;

/** Limits if zeros take no space. File systems support files of at least 16 TiB. */
export const SPARSE: ZeroRoom = { longest: TIB, most: 4n * TIB };

/** Limits if zeros must be written: enough for stacks and the like, but not for memory reserved in advance. */
export const DENSE: ZeroRoom = { longest: 16n * MIB, most: 64n * MIB };

/** Maximum number of copies of shared memory that is mapped at several addresses; no process maps it more often. */
const MAX_COPIES = 16;

/** Maximum number of reasons that are reported; a hostile image may have one per mapping. */
const MAX_REASONS = 16;

/** Maximum number of bytes of all first pages of files. */
const MAX_FIRST_PAGES_BYTES = 64n * MIB;

/**
 * Plans the PT_LOAD segments of a core, and which of their bytes it holds.
 *
 * @throws {RefusalError} when a mapping is not page-aligned, or much more would be written than the image contains
 */
export function planSegments(
  memory: ProcessMemory,
  mappings: Iterable<CoreMapping>,
  files: LocalFiles,
  room: ZeroRoom,
): SegmentPlan {
  const planner = new Planner(memory, files, room);
  for (const mapping of mappings) planner.add(mapping);
  const { segments, sizes, unknown, missingFiles, differentFiles, firstPages, zerosWithoutBytes } = planner;
  const contents = Number(sizes.inImage + planner.zeros) + firstPages.size * memory.image.format.pageSize;
  const zeros = Number(planner.zeros);
  return { segments, sizes, unknown, missingFiles, differentFiles, firstPages, contents, zeros, zerosWithoutBytes };
}

/** Sizes of one mapping by source of its bytes. */
export function mappingSizes(memory: ProcessMemory, mapping: CoreMapping, { firstPages }: SegmentPlan): MappingSizes {
  const sizes = noSizes();
  if (mapping.isExcluded) sizes.excluded = mapping.end - mapping.start;
  else for (const extent of memory.within(mapping)) addSize(sizes, extent, sizeOfPage(firstPages.get(extent.start)));
  return sizes;
}

function noSizes(): MappingSizes {
  return { inImage: 0n, zero: 0n, fromFile: 0n, inFile: 0n, excluded: 0n, unknown: 0n };
}

function sizeOfPage(page: Uint8Array | undefined): bigint {
  return BigInt(page?.length ?? 0);
}

/** @param fromFile number of its bytes that the core takes from the mapped file */
function addSize(sizes: MappingSizes, { start, end, backing }: Extent, fromFile: bigint): void {
  const size = end - start;
  if (backing.kind === "image") sizes.inImage += size;
  else if (backing.kind === "zero") sizes.zero += size;
  else if (backing.kind === "file") {
    sizes.fromFile += fromFile;
    sizes.inFile += size - fromFile;
  } else sizes.unknown += size;
}

class Planner {
  readonly segments = new SegmentTable();
  readonly firstPages = new Map<bigint, Uint8Array>();
  readonly sizes = noSizes();
  readonly unknown = new Map<string, bigint>();
  readonly missingFiles = new Set<string>();
  readonly differentFiles = new Map<string, DifferentFile>();
  zeros = 0n;
  zerosWithoutBytes = 0n;
  private readonly pageSize: bigint;
  private readonly mostCopied: bigint;
  /** The current segment, which is being extended. */
  private start = 0n;
  private end = 0n;
  /** Index of the mapping of that segment. */
  private index = -1;

  constructor(
    private readonly memory: ProcessMemory,
    private readonly files: LocalFiles,
    private readonly room: ZeroRoom,
  ) {
    const { format, source } = memory.image;
    this.pageSize = BigInt(format.pageSize);
    this.mostCopied = BigInt(source.size) * BigInt(MAX_COPIES);
  }

  add(mapping: CoreMapping): void {
    const { start, end } = mapping;
    if (start % this.pageSize !== 0n || end % this.pageSize !== 0n)
      throw new RefusalError(
        "bad-mapping",
        `the mapping ${hex(start)}-${hex(end)} does not begin and end at a page of ${this.pageSize} bytes`,
      );
    this.index++;
    if (mapping.isExcluded) this.sizes.excluded += end - start;
    else for (const extent of this.memory.within(mapping)) this.extend(extent, mapping);
    this.close();
  }

  private extend(extent: Extent, mapping: CoreMapping): void {
    const { start, end, backing } = extent;
    let firstPage: Uint8Array | undefined;
    if (backing.kind === "image") this.put(start, end);
    else if (backing.kind === "zero") this.putZeros(start, end);
    else if (backing.kind === "file") {
      if (backing.offset === 0n) firstPage = this.putFirstPage(start, mapping);
      if (end - start > sizeOfPage(firstPage)) this.useFile(mapping);
    } else if (backing.kind === "unknown") this.addUnknown(mapping, backing.why, end - start);
    addSize(this.sizes, extent, sizeOfPage(firstPage));
    if (this.sizes.inImage > this.mostCopied)
      throw new RefusalError(
        "too-large",
        `the process maps the same memory so often that its core would have more than ${MAX_COPIES} times the bytes of the image`,
      );
  }

  /** Appends addresses with bytes in the core, to the current segment or a new one. */
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
    this.segments.push({ start, memorySize: size, fileSize: 0, mapping: this.index });
  }

  /**
   * Adds the first page of an ELF file that is mapped and missing in the image.
   *
   * @returns the page, if there is one
   */
  private putFirstPage(start: bigint, mapping: CoreMapping): Uint8Array | undefined {
    const file = this.files.of(mapping);
    if (file?.kind !== "elf" || BigInt(this.firstPages.size) * this.pageSize >= MAX_FIRST_PAGES_BYTES) return undefined;
    this.firstPages.set(start, file.firstPage);
    this.put(start, start + this.pageSize);
    return file.firstPage;
  }

  private useFile(mapping: CoreMapping): void {
    const file = this.files.of(mapping);
    if (mapping.path === undefined || !file) return;
    const path = this.files.rename(mapping.path);
    if (file.kind === "missing") this.missingFiles.add(path);
    else if (file.kind === "different")
      this.differentFiles.set(path, { here: file.size, whenMapped: mapping.mapping.backingSize });
  }

  private addUnknown({ name }: CoreMapping, why: string, size: bigint): void {
    const reason = `${name?.startsWith("[") ? `of ${name} ` : ""}not in the image: ${why}`;
    const told =
      this.unknown.has(reason) || this.unknown.size < MAX_REASONS ? reason : "not in the image for other reasons";
    this.unknown.set(told, (this.unknown.get(told) ?? 0n) + size);
  }

  private close(): void {
    const { start, end, index } = this;
    if (end !== start)
      this.segments.push({ start, memorySize: end - start, fileSize: Number(end - start), mapping: index });
    this.start = end;
  }
}
