/** The mapped address ranges of all address spaces of an image. Adjacent mappings are merged. */

/** Addresses by index. They are allocated by the chunk, so that a growing list is never copied. */
class Addresses {
  /** NaN for an address that is not exact as a number. */
  private readonly chunks: Float64Array[] = [];
  /** Those addresses, by index. */
  private readonly inexact = new Map<number, bigint>();

  get(index: number): number | bigint {
    const address = (this.chunks[index >>> CHUNK_BITS] as Float64Array)[index & WITHIN] as number;
    return Number.isNaN(address) ? (this.inexact.get(index) as bigint) : address;
  }

  /**
   * Replaces an address, or appends one.
   *
   * @param index at most the number of addresses so far
   * @param address a bigint only if a number would not be exact
   */
  set(index: number, address: number | bigint): void {
    const chunk = index >>> CHUNK_BITS;
    if (chunk === this.chunks.length) this.chunks.push(new Float64Array(WITHIN + 1));
    const isExact = typeof address === "number";
    (this.chunks[chunk] as Float64Array)[index & WITHIN] = isExact ? address : Number.NaN;
    if (!isExact) this.inexact.set(index, address);
  }
}

const CHUNK_BITS = 12;
const WITHIN = (1 << CHUNK_BITS) - 1;

export class MappedRanges {
  private readonly starts = new Addresses();
  private readonly ends = new Addresses();
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
  add(start: number | bigint, end: number | bigint): void {
    if (!this.open || start >= end) return;
    const { from, to } = this.open;
    const last = to > from ? this.ends.get(to - 1) : 0;
    if (start < last) return;
    if (to > from && start === last) {
      this.ends.set(to - 1, end);
      return;
    }
    this.starts.set(this.used, start);
    this.ends.set(this.used++, end);
    this.open.to = this.used;
  }

  /** Whether no mapping is known: the image lacks the address space, or its mappings. */
  isEmpty(objref: number): boolean {
    const space = this.spaces.get(objref);
    return !space || space.from === space.to;
  }

  has(objref: number, address: number | bigint): boolean {
    const { from, to } = this.spaces.get(objref) ?? { from: 0, to: 0 };
    let low = from;
    let high = to;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.ends.get(middle) <= address) low = middle + 1;
      else high = middle;
    }
    return low < to && this.starts.get(low) <= address;
  }
}
