/** The mapped address ranges of all address spaces of an image. Adjacent mappings are merged. */
import { grown } from "../image/bytes/grown.js";

/** Initial room; it grows as needed. */
const FIRST_CAPACITY = 64;

export class MappedRanges {
  private starts = new BigUint64Array(FIRST_CAPACITY);
  private ends = new BigUint64Array(FIRST_CAPACITY);
  private used = 0;
  /** Indexes of the ranges of each address space; `to` is exclusive. */
  private readonly spaces = new Map<number, { readonly from: number; to: number }>();

  /** Indexes of the current address space; undefined for a duplicate. */
  private open: { readonly from: number; to: number } | undefined;

  /** Begins an address space. If two have the same number, the first counts. */
  begin(objref: number): void {
    this.open = this.spaces.has(objref) ? undefined : { from: this.used, to: this.used };
    if (this.open) this.spaces.set(objref, this.open);
  }

  /** Adds a mapping to the current address space. Mappings out of order are ignored; other rules report them. */
  add(start: bigint, end: bigint): void {
    if (!this.open || start >= end) return;
    const { from, to } = this.open;
    const last = to > from ? (this.ends[to - 1] as bigint) : 0n;
    if (start < last) return;
    if (to > from && start === last) {
      this.ends[to - 1] = end;
      return;
    }
    if (this.used === this.starts.length) {
      this.starts = grown(this.starts, this.used * 2);
      this.ends = grown(this.ends, this.used * 2);
    }
    this.starts[this.used] = start;
    this.ends[this.used++] = end;
    this.open.to = this.used;
  }

  /** Whether no mapping is known: the image lacks the address space, or its mappings. */
  isEmpty(objref: number): boolean {
    const space = this.spaces.get(objref);
    return !space || space.from === space.to;
  }

  has(objref: number, address: bigint): boolean {
    const { from, to } = this.spaces.get(objref) ?? { from: 0, to: 0 };
    let low = from;
    let high = to;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.ends[middle] as bigint) <= address) low = middle + 1;
      else high = middle;
    }
    return low < to && (this.starts[low] as bigint) <= address;
  }
}
