/**
 * The memory of a process by address: for any range of addresses, the source of its bytes. Much of a process is not in its image: memory that it
 * never touched is zero, and unchanged memory is still in the mapped files. If the image has no page at all, what is missing is unknown instead.
 */
import type { Image } from "../image/image.js";
import type { TreeNode } from "../image/tree.js";
import { AddressSpace, addressSpaceOf, type Mapping } from "../model/address-space.js";
import { hasPages, PageIndex, type Positions } from "./page-index.js";
import { type SegmentContents, segmentsOf } from "./segments.js";
import { type Stretch, StretchTable } from "./stretches.js";

/** The source of bytes of memory. */
export type Backing =
  /** In the image, at `offset` from its start, in bytes. */
  | { readonly kind: "image"; readonly offset: number }
  /** Never written to, so zero. */
  | { readonly kind: "zero" }
  /** In a file that the process maps; `path` is undefined if the image ends before it. */
  | { readonly kind: "file"; readonly path: string | undefined; readonly offset: bigint }
  /** Elsewhere, e.g. within the kernel. */
  | { readonly kind: "unknown"; readonly why: string }
  /** Not mapped. */
  | { readonly kind: "unmapped" };

/** A range of addresses whose bytes have one source and follow each other in it. */
export interface Extent {
  readonly start: bigint;
  /** First address after the range. */
  readonly end: bigint;
  /** The mapping of the addresses; undefined for unmapped ones. */
  readonly mapping?: Mapping;
  readonly backing: Backing;
}

/** Memory that can be read by address, or by offset. */
export interface ReadableMemory {
  readonly image: Image;
  /** The sources of the bytes from `start` up to but not including `end`, without gaps. */
  extents(start: bigint, end: bigint): Generator<Extent, void, void>;
}

/** The address spaces of an image, and what they share. */
export class ImageMemory {
  private readonly spaces = new Map<number, ProcessMemory>();
  private readonly indexes = new Map<number, PageIndex>();
  private known: ReadonlyMap<number, SegmentContents> | undefined;
  private removed: boolean | undefined;

  constructor(readonly image: Image) {}

  /** The memory of the address space with that number; undefined if the image has none. */
  of(objref: number | undefined): ProcessMemory | undefined {
    if (objref === undefined) return undefined;
    let memory = this.spaces.get(objref);
    if (!memory) {
      const space = addressSpaceOf(this.image, objref);
      if (!space) return undefined;
      memory = new ProcessMemory(this, space);
      this.spaces.set(objref, memory);
    }
    return memory;
  }

  /** Shared segments by number. */
  get segments(): ReadonlyMap<number, SegmentContents> {
    this.known ??= segmentsOf(this.image);
    return this.known;
  }

  /**
   * Whether the image has no page of any process. Every program has written at least to its stack, so all pages were removed, as `ckpt strip` does,
   * and a page that is missing may have been any.
   */
  get isStripped(): boolean {
    this.removed ??= !this.hasAnyPage();
    return this.removed;
  }

  /** What private or shared memory has where the image has no page of it. */
  get missing(): Backing {
    return this.isStripped ? REMOVED : ZERO;
  }

  private hasAnyPage(): boolean {
    for (const [objref, object] of this.image.objects)
      if (object.rule === "MM")
        for (const { contents } of new AddressSpace(this.image, objref, object).mappings)
          if (contents && hasPages(contents)) return true;
    for (const { contents } of this.segments.values()) if (contents && hasPages(contents)) return true;
    return false;
  }

  /** Index of the pages under a rule `contents`. */
  pages(contents: TreeNode, positions: Positions): PageIndex {
    let index = this.indexes.get(contents.index);
    if (!index) {
      if (this.indexes.size >= MAX_PAGE_INDEXES) this.indexes.clear();
      index = new PageIndex(this.image, contents, positions);
      this.indexes.set(contents.index, index);
    }
    return index;
  }
}

const ZERO: Backing = { kind: "zero" };
const REMOVED: Backing = {
  kind: "unknown",
  why: "the image has no page of memory, as when it was stripped",
};

/** Number of page indexes that are cached, each with the positions of one batch. */
const MAX_PAGE_INDEXES = 64;

export class ProcessMemory implements ReadableMemory {
  /** All mappings, by address and without overlaps. */
  readonly stretches: StretchTable;
  private readonly pageSize: bigint;

  constructor(
    private readonly shared: ImageMemory,
    readonly space: AddressSpace,
  ) {
    this.stretches = new StretchTable(shared.image, space);
    this.pageSize = BigInt(shared.image.format.pageSize);
  }

  get image(): Image {
    return this.shared.image;
  }

  /** Mappings by address, each read on demand. */
  get mappings(): Iterable<Mapping> {
    return { [Symbol.iterator]: () => mappingsOf(this.stretches) };
  }

  /** The sources of the bytes from `start` up to but not including `end`, without gaps. They are determined on demand. */
  *extents(start: bigint, end: bigint): Generator<Extent, void, void> {
    let at = start;
    for (let i = this.stretches.firstBehind(start); at < end; i++) {
      const stretch = this.stretches.at(i);
      const next = stretch && stretch.start < end ? stretch.start : end;
      if (at < next) yield { start: at, end: next, backing: { kind: "unmapped" } };
      if (!stretch || stretch.start >= end) return;
      const from = at > stretch.start ? at : stretch.start;
      at = stretch.end < end ? stretch.end : end;
      yield* this.withinMapping(stretch.mapping, from, at);
    }
  }

  /** Extents of all mappings. */
  *all(): Generator<Extent, void, void> {
    for (const stretch of this.stretches) yield* this.within(stretch);
  }

  /** The sources of the bytes of a stretch. */
  within({ start, end, mapping }: Pick<Stretch, "start" | "end" | "mapping">): Generator<Extent, void, void> {
    return this.withinMapping(mapping, start, end);
  }

  /**
   * Whether a private mapping of a file may have been written to, and the pages were removed from the image: then its file does not tell what they were.
   * Program code cannot be written to.
   */
  hasLostChanges({ typeName, flags }: Mapping): boolean {
    if (typeName !== "CKPT_VMA_FILE" || !this.shared.isStripped) return false;
    const bit = (name: string) => (flags & BigInt(this.image.format.constant(name))) !== 0n;
    return bit("VM_WRITE") || !bit("VM_EXEC");
  }

  private *withinMapping(mapping: Mapping, start: bigint, end: bigint): Generator<Extent, void, void> {
    const { positions, contents, absent } = this.contentsOf(mapping);
    let at = start;
    if (contents && hasPages(contents)) {
      const base = this.basePage(mapping, positions);
      const first = Number(start / this.pageSize - base);
      const last = Number((end - 1n) / this.pageSize - base);
      for (const run of this.shared.pages(contents, positions).runs(first, last + 1)) {
        const runStart = (BigInt(run.page) + base) * this.pageSize;
        const runEnd = runStart + BigInt(run.count) * this.pageSize;
        const from = runStart > at ? runStart : at;
        const to = runEnd < end ? runEnd : end;
        if (at < from) yield { start: at, end: from, mapping, backing: absent(at) };
        const backing: Backing = { kind: "image", offset: run.offset + Number(from - runStart) };
        yield { start: from, end: to, mapping, backing };
        at = to;
      }
    }
    if (at < end) yield { start: at, end, mapping, backing: absent(at) };
  }

  /** Number to add to page numbers of the image to get addresses in pages. */
  private basePage(mapping: Mapping, positions: Positions): bigint {
    return positions === "addresses" ? 0n : mapping.start / this.pageSize - mapping.pgoff;
  }

  /** The pages of a mapping, and the source of all others. */
  private contentsOf(mapping: Mapping): {
    readonly positions: Positions;
    readonly contents?: TreeNode | undefined;
    absent(address: bigint): Backing;
  } {
    const missing = () => this.shared.missing;
    const inFile = (address: bigint): Backing => ({
      kind: "file",
      path: mapping.path,
      offset: address - mapping.start + mapping.pgoff * this.pageSize,
    });
    const unknown = (why: string) => ({
      positions: "addresses" as const,
      absent: (): Backing => ({ kind: "unknown", why }),
    });
    const within = (contents: TreeNode | undefined, positions: Positions, absent: (address: bigint) => Backing) => {
      if (!contents) return unknown("the image ends before its pages");
      if (this.isCut(contents)) return { ...unknown("the image ends among its pages"), positions, contents };
      return { positions, contents, absent };
    };
    switch (mapping.typeName) {
      case "CKPT_VMA_ANON":
        return within(mapping.contents, "addresses", missing);
      case "CKPT_VMA_FILE":
        return within(mapping.contents, "addresses", this.hasLostChanges(mapping) ? missing : inFile);
      case "CKPT_VMA_SHM_FILE":
        return { positions: "addresses", absent: inFile };
      case "CKPT_VMA_SHM_ANON":
        return within(mapping.contents, "indexes", missing);
      case "CKPT_VMA_SHM_ANON_SKIP":
      case "CKPT_VMA_SHM_IPC":
      case "CKPT_VMA_SHM_IPC_SKIP": {
        const segment = this.shared.segments.get(mapping.inodeObjref);
        if (!segment) return unknown(`the image has no shared segment ${mapping.inodeObjref}`);
        if (!segment.contents) return unknown("it is made of huge pages, whose form in images is not known");
        return within(segment.contents, "indexes", missing);
      }
      case "CKPT_VMA_VDSO":
        return unknown("it is the page of code that the kernel maps into every process");
      case "CKPT_VMA_HUGETLB":
      case "CKPT_VMA_HUGETLB_SKIP":
        return unknown("it is made of huge pages, whose form in images is not known");
      default:
        return unknown(`mappings of type ${mapping.type} are not known`);
    }
  }

  /** Whether damage ends the image before the last page of a list. */
  private isCut(contents: TreeNode): boolean {
    const { end, size } = this.image;
    return end === "damaged" && contents.endIndex === size;
  }
}

function* mappingsOf(stretches: Iterable<Stretch>): Generator<Mapping, void, void> {
  for (const { mapping } of stretches) yield mapping;
}
