/** Divides the addresses of two address spaces at the boundaries of both. */
import { grown } from "../image/bytes/grown.js";
import type { Mapping } from "../model/address-space.js";

export interface Range {
  readonly start: bigint;
  readonly end: bigint;
  /** The mappings at the addresses; at least one side has one. */
  readonly a: Mapping | undefined;
  readonly b: Mapping | undefined;
}

/**
 * Divides the addresses of two address spaces into ranges, each within one mapping of each side.
 *
 * @param a mappings in the order of addresses, like those of `b`
 */
export function* rangesOf(a: Iterable<Mapping>, b: Iterable<Mapping>): Generator<Range, void, void> {
  const [restA, restB] = [a[Symbol.iterator](), b[Symbol.iterator]()];
  let [one, other] = [nextOf(restA), nextOf(restB)];
  let at = 0n;
  for (;;) {
    while (one && one.end <= at) one = nextOf(restA);
    while (other && other.end <= at) other = nextOf(restB);
    if (!one && !other) return;
    const next = earlier(one?.start, other?.start);
    const start = next > at ? next : at;
    const inA = one !== undefined && one.start <= start;
    const inB = other !== undefined && other.start <= start;
    const end = earlier(inA ? one?.end : one?.start, inB ? other?.end : other?.start);
    yield { start, end, a: inA ? one : undefined, b: inB ? other : undefined };
    at = end;
  }
}

function nextOf(mappings: Iterator<Mapping>): Mapping | undefined {
  const { done, value } = mappings.next();
  return done ? undefined : value;
}

/** A mapping that both images have, but with different ends. */
export interface Resized {
  /** The mapping in the first image. */
  readonly mapping: Mapping;
  readonly field: "vm_start" | "vm_end";
  readonly old: bigint;
  readonly new: bigint;
}

/** Whether a range that only one side has extends an adjacent mapping that both have: heaps and stacks grow. */
export function resized({ a, b, start, end }: Range, before: Range | undefined, behind: Range | undefined) {
  const own = (a ?? b) as Mapping;
  const beside = (range: Range | undefined) =>
    range?.a && range.b && (a ? range.a : range.b) === own ? range : undefined;
  const [low, high] = [beside(before), beside(behind)];
  if (low?.a && low.b && end === own.end && (a ? low.b : low.a).end === start)
    return { mapping: low.a, field: "vm_end", old: low.a.end, new: low.b.end } satisfies Resized;
  if (high?.a && high.b && start === own.start && (a ? high.b : high.a).start === end)
    return { mapping: high.a, field: "vm_start", old: high.a.start, new: high.b.start } satisfies Resized;
  return undefined;
}

/** Each range with its neighbours. */
export function* withNeighbours(ranges: Iterable<Range>) {
  let before: Range | undefined;
  let current: Range | undefined;
  for (const behind of ranges) {
    if (current) yield { range: current, before, behind };
    before = current;
    current = behind;
  }
  if (current) yield { range: current, before, behind: undefined };
}

/** Mappings of one side without a counterpart at their addresses, with signatures that identify them at other addresses. */
export class Unmatched {
  private rows = new Uint32Array(FIRST_CAPACITY);
  private used = 0;
  /** Row of the only mapping with a signature; {@link SEVERAL} if there are more. */
  private readonly bySignature = new Map<string, number>();

  /**
   * Adds a mapping with its signature.
   *
   * @param row of the rule `mapping`, in the order of the addresses
   */
  add(row: number, signature: string): void {
    if (this.used === this.rows.length) this.rows = grown(this.rows, this.rows.length * 2);
    this.rows[this.used++] = row;
    this.bySignature.set(signature, this.bySignature.has(signature) ? SEVERAL : row);
  }

  *[Symbol.iterator](): Generator<number, void, void> {
    for (let i = 0; i < this.used; i++) yield this.rows[i] as number;
  }

  /**
   * For each row, the mapping of the other side that is equal except for its address. A mapping counts as moved only if its signature is unique on
   * both sides.
   */
  movedTo(other: Unmatched): Map<number, number> {
    const moved = new Map<number, number>();
    for (const [signature, row] of this.bySignature) {
      const target = other.bySignature.get(signature) ?? SEVERAL;
      if (row !== SEVERAL && target !== SEVERAL) moved.set(row, target);
    }
    return moved;
  }
}

/** Not a valid row: row 0 is that of the whole image. */
const SEVERAL = 0;

const FIRST_CAPACITY = 64;

function earlier(one: bigint | undefined, other: bigint | undefined): bigint {
  if (one === undefined || other === undefined) return (one ?? other) as bigint;
  return one < other ? one : other;
}
