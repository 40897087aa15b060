/** Where the address spaces of an image have anything mapped. Mappings without a gap between them count as one. */
import { grown } from "../image/bytes/grown.js";

/** Ranges at first; more are made room for. */
const ROOM = 64;

export class MappedRanges {
  private starts = new BigUint64Array(ROOM);
  private ends = new BigUint64Array(ROOM);
  private used = 0;
  /** Places of the ranges of each address space, from the first to behind the last. */
  private readonly spaces = new Map<number, { readonly from: number; to: number }>();

  /** Of the address space that began last. */
  private open: { readonly from: number; to: number } | undefined;

  /** Begins an address space. Of two with one number the first counts. */
  begin(objref: number): void {
    this.open = this.spaces.has(objref) ? undefined : { from: this.used, to: this.used };
    if (this.open) this.spaces.set(objref, this.open);
  }

  /** A mapping of the address space that began last. Mappings that do not ascend are told by other rules, and left out. */
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

  /** Whether nothing is known to be mapped there: the image has not the address space, or none of its mappings. */
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
