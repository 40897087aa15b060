/** The mappings of a process in columns: it may have hundreds of thousands, and as many objects would take more memory than the image. */
import { grown } from "../image/bytes/grown.js";
import type { Image } from "../image/image.js";
import { type AddressSpace, Mapping } from "../model/address-space.js";

/** A mapping without the addresses that it shares with an earlier one. */
export class Stretch {
  private known: Mapping | undefined;

  constructor(
    private readonly image: Image,
    /** Row of the rule `mapping`. */
    private readonly row: number,
    /** First address. */
    readonly start: bigint,
    /** First address after the stretch. */
    readonly end: bigint,
  ) {}

  /** The mapping, read on each access. */
  get mapping(): Mapping {
    this.known ??= Mapping.at(this.image, this.image.node(this.row));
    return this.known as Mapping;
  }
}

/** Mappings by address and without overlaps. If mappings overlap, which no kernel writes, the later one begins later or is omitted. */
export class StretchTable implements Iterable<Stretch> {
  private starts = new BigUint64Array(FIRST_CAPACITY);
  private ends = new BigUint64Array(FIRST_CAPACITY);
  private rows = new Uint32Array(FIRST_CAPACITY);
  private used = 0;

  constructor(
    private readonly image: Image,
    space: AddressSpace,
  ) {
    let behind = 0n;
    let isInOrder = true;
    for (const { rule, start, end } of space.mappings) {
      if (end <= start) continue;
      isInOrder &&= start >= behind;
      behind = end;
      this.push(start, end, rule.index);
    }
    if (!isInOrder) this.putInOrder();
  }

  get length(): number {
    return this.used;
  }

  /** First address after the last stretch; 0 if there is none. */
  get end(): bigint {
    return this.ends[this.used - 1] ?? 0n;
  }

  /** The stretch at an index; created on each call. */
  at(index: number): Stretch | undefined {
    if (index >= this.used) return undefined;
    return new Stretch(
      this.image,
      this.rows[index] as number,
      this.starts[index] as bigint,
      this.ends[index] as bigint,
    );
  }

  /** Index of the first stretch that ends after an address; the number of stretches if there is none. */
  firstBehind(address: bigint): number {
    let low = 0;
    let high = this.used;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.ends[middle] as bigint) <= address) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  *[Symbol.iterator](): Generator<Stretch, void, void> {
    for (let i = 0; i < this.used; i++) yield this.at(i) as Stretch;
  }

  private push(start: bigint, end: bigint, row: number): void {
    if (this.used === this.rows.length) this.grow();
    const at = this.used++;
    this.starts[at] = start;
    this.ends[at] = end;
    this.rows[at] = row;
  }

  private putInOrder(): void {
    const { starts, ends, rows, used } = this;
    const before = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0);
    const order = Uint32Array.from({ length: used }, (_, i) => i);
    order.sort((a, b) => before(starts[a] as bigint, starts[b] as bigint) || a - b);
    this.starts = new BigUint64Array(starts.length);
    this.ends = new BigUint64Array(ends.length);
    this.rows = new Uint32Array(rows.length);
    this.used = 0;
    let behind = 0n;
    for (const i of order) {
      const [start, end] = [starts[i] as bigint, ends[i] as bigint];
      if (end <= behind) continue;
      this.push(start > behind ? start : behind, end, rows[i] as number);
      behind = end;
    }
  }

  private grow(): void {
    const length = this.rows.length * 2;
    this.starts = grown(this.starts, length);
    this.ends = grown(this.ends, length);
    this.rows = grown(this.rows, length);
  }
}

const FIRST_CAPACITY = 64;
