/** Integers as a `number` where that is exact, else as a `bigint`: of the addresses and sizes of an image nearly all are, and bigints are slow. */

/** An integer, which is a `number` if that is exact: so equal integers have the same type. */
export type ExactInteger = number | bigint;

/** High words from here on belong to integers that are not exact. */
const HIGH_WORD_END = 2 ** 21;
const WORD = 2 ** 32;
/** Position of the low word of an integer in memory. */
const LOW = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 0 : 1;

/** The integer as a `number` if that is exact. */
export function exact(value: bigint): ExactInteger;
export function exact(value: bigint | undefined): ExactInteger | undefined;
export function exact(value: bigint | undefined): ExactInteger | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Bytes from one address up to another; 0 if these are swapped. */
export function bytesBetween(start: ExactInteger, end: ExactInteger): ExactInteger {
  if (end <= start) return 0;
  return typeof start === "number" && typeof end === "number" ? end - start : exact(BigInt(end) - BigInt(start));
}

/** A column of unsigned 64-bit integers. */
export class ExactColumn {
  private readonly words: Uint32Array;

  constructor(private readonly values: BigUint64Array) {
    this.words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
  }

  /** The integer at an index, which is below the length of the column. */
  at(index: number): ExactInteger {
    const { words } = this;
    const high = words[2 * index + 1 - LOW] as number;
    return high < HIGH_WORD_END ? high * WORD + (words[2 * index + LOW] as number) : (this.values[index] as bigint);
  }
}

/** A sum of integers that are not negative. */
export class ExactSum {
  private carried = 0n;
  /** What is not carried yet. */
  private small = 0;

  /** Adds an integer that is not negative. */
  add(value: ExactInteger): void {
    const sum = typeof value === "number" ? this.small + value : Number.POSITIVE_INFINITY;
    if (sum <= Number.MAX_SAFE_INTEGER) this.small = sum;
    else this.carried += BigInt(value);
  }

  get total(): bigint {
    return this.carried + BigInt(this.small);
  }
}
