/**
 * Finds the pages of a mapping or a segment in the image: page numbers in, offsets out. Only the positions before the pages are read, never the
 * pages, and only those of one batch are kept in memory.
 *
 * Kernels write positions in ascending order. Images with another order work as well, but then all positions are kept in memory. If several pages
 * have one position the last one counts, because a restart writes it last; positions that no page can have are ignored.
 */
import type { Image } from "../image/image.js";
import type { TreeNode } from "../image/tree.js";

/** Meaning of positions: addresses in private memory, page numbers within a shared segment. */
export type Positions = "addresses" | "indexes";

/** Pages that follow each other in memory and in the image. */
interface PageRun {
  /** Number of the first page: its address in pages, or its index in the segment. */
  readonly page: number;
  readonly count: number;
  /** Offset of the first page, in bytes from the start of the image. */
  readonly offset: number;
}

/** Page numbers in ascending order, and the offset of each page. */
interface SortedPages {
  readonly pages: Float64Array;
  offset(place: number): number;
}

/** Value for a position that no page can have. */
const NOWHERE = -1;

export class PageIndex {
  /** For every batch: offset of its positions, number of its pages, first and last page. */
  private readonly starts: Float64Array;
  private readonly counts: Float64Array;
  private readonly firsts: Float64Array;
  private readonly lasts: Float64Array;
  /** All pages, if the batches are not in ascending order. */
  private readonly sorted: SortedPages | undefined;
  private loaded: { readonly batch: number; readonly pages: Float64Array } | undefined;

  /** @param contents a rule `contents` of the grammar */
  constructor(
    private readonly image: Image,
    contents: TreeNode,
    private readonly positions: Positions,
  ) {
    const { starts, counts } = batchesOf(image, contents);
    this.starts = Float64Array.from(starts);
    this.counts = Float64Array.from(counts);
    this.firsts = new Float64Array(starts.length);
    this.lasts = new Float64Array(starts.length);
    if (!this.readRanges()) this.sorted = this.sort();
  }

  /** Number of pages in the image. */
  get count(): number {
    return this.sorted ? this.sorted.pages.length : this.counts.reduce((sum, count) => sum + count, 0);
  }

  /** The pages from `from` up to but not including `to`, in ascending order. */
  *runs(from: number, to: number): Generator<PageRun, void, void> {
    if (this.sorted) {
      yield* this.runsOf(this.sorted, from, to);
      return;
    }
    for (let batch = lowerBound(this.lasts, from); batch < this.starts.length; batch++) {
      if ((this.firsts[batch] as number) >= to) return;
      const { pageSize } = this.image.format;
      const start = this.pagesStart(batch);
      yield* this.runsOf({ pages: this.load(batch), offset: (place) => start + place * pageSize }, from, to);
    }
  }

  private *runsOf({ pages, offset }: SortedPages, from: number, to: number): Generator<PageRun, void, void> {
    const { pageSize } = this.image.format;
    for (let place = lowerBound(pages, from); place < pages.length; ) {
      const page = pages[place] as number;
      if (page >= to) return;
      const at = offset(place);
      let count = 1;
      while (
        place + count < pages.length &&
        page + count < to &&
        pages[place + count] === page + count &&
        offset(place + count) === at + count * pageSize
      )
        count++;
      yield { page, count, offset: at };
      place += count;
    }
  }

  /**
   * Reads the numbers of all pages, to find the first and the last of each batch.
   *
   * @returns whether all pages are in ascending order
   */
  private readRanges(): boolean {
    let previous = NOWHERE;
    for (let batch = 0; batch < this.starts.length; batch++) {
      const pages = this.load(batch);
      for (const page of pages) {
        if (page <= previous) return false;
        previous = page;
      }
      this.firsts[batch] = pages[0] as number;
      this.lasts[batch] = previous;
    }
    return true;
  }

  private sort(): SortedPages {
    const total = this.counts.reduce((sum, count) => sum + count, 0);
    const pages = new Float64Array(total);
    const offsets = new Float64Array(total);
    let used = 0;
    for (let batch = 0; batch < this.starts.length; batch++)
      for (const [place, page] of this.load(batch).entries()) {
        if (page === NOWHERE) continue;
        pages[used] = page;
        offsets[used++] = this.pagesStart(batch) + place * this.image.format.pageSize;
      }
    const order = Uint32Array.from({ length: used }, (_, i) => i);
    order.sort((a, b) => (pages[a] as number) - (pages[b] as number) || a - b);
    const kept = order.filter((at, i) => pages[at] !== pages[order[i + 1] ?? NOWHERE]);
    return {
      pages: Float64Array.from(kept, (at) => pages[at] as number),
      offset: (place) => offsets[kept[place] as number] as number,
    };
  }

  /** Offset of the first page of a batch, after the positions. */
  private pagesStart(batch: number): number {
    return (this.starts[batch] as number) + (this.counts[batch] as number) * this.image.format.wordSize;
  }

  /** Page numbers of a batch in the order of the image. */
  private load(batch: number): Float64Array {
    if (this.loaded?.batch === batch) return this.loaded.pages;
    const { source, format } = this.image;
    const { wordSize, littleEndian, pageSize } = format;
    const count = this.counts[batch] as number;
    const pages = new Float64Array(count);
    const unit = this.positions === "addresses" ? pageSize : 1;
    for (let done = 0; done < count; ) {
      const length = Math.min(count - done, POSITIONS_AT_ONCE);
      const at = source.window((this.starts[batch] as number) + done * wordSize, length * wordSize);
      for (let i = 0; i < length; i++)
        pages[done++] = pageAt(source.view, at + i * wordSize, wordSize, littleEndian, unit);
    }
    this.loaded = { batch, pages };
    return pages;
  }
}

const POSITIONS_AT_ONCE = 4096;

/** Whether a rule `contents` contains more than its final record: most mappings have no pages of their own, and need no index. */
export function hasPages({ index, endIndex }: TreeNode): boolean {
  return endIndex > index + 2;
}

/** Number of the page at a position, which counts in units of pages or bytes. */
function pageAt(view: DataView, at: number, wordSize: number, littleEndian: boolean, unit: number): number {
  const low = view.getUint32(wordSize === 8 && !littleEndian ? at + 4 : at, littleEndian);
  const high = wordSize === 8 ? view.getUint32(littleEndian ? at + 4 : at, littleEndian) : 0;
  if (low % unit !== 0) return NOWHERE;
  const page = high * (2 ** 32 / unit) + low / unit;
  return Number.isSafeInteger(page) ? page : NOWHERE;
}

/** Batches of the correct length; the walk over the image has reported the others. */
function batchesOf(image: Image, contents: TreeNode): { starts: number[]; counts: number[] } {
  const { wordSize, pageSize } = image.format;
  const starts: number[] = [];
  const counts: number[] = [];
  let announced = 0;
  for (const node of contents.each()) {
    const { record } = node;
    if (record?.name === "PGARR") announced = image.fields(record).number("nr_pages") ?? 0;
    else if (record && node.label === "page_batch") {
      const { start, end } = record.payload;
      if (announced === 0 || announced * (wordSize + pageSize) !== end - start) continue;
      starts.push(start);
      counts.push(announced);
    }
  }
  return { starts, counts };
}

/** Index of the first number that is not below `wanted`. */
function lowerBound(ascending: Float64Array, wanted: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
