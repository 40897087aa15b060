/**
 * 64-bit integers of a `DataView`.
 *
 * V8 before version 13 (Node 20 and 22) does not inline `getBigUint64` and its siblings: a call costs more than reading the two words. There,
 * one integer is put together by arithmetic on its words, and the integers of a whole struct go through slots: an array of words that is also
 * read as an array of bigints. From version 13 on, the `DataView` methods are faster.
 */

const { asIntN, asUintN } = BigInt;

/** Index of the low word: depends on the byte order of this machine, not of the image. */
const LOW = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 0 : 1;
const HIGH = 1 - LOW;

/** Ways to read and write the 64-bit integers of a `DataView`; `le` says whether the image is little-endian. */
export interface WideAccess {
  readU64(view: DataView, at: number, le: boolean): bigint;
  readS64(view: DataView, at: number, le: boolean): bigint;
  /** The caller has checked that the value fits. */
  writeU64(view: DataView, at: number, value: bigint, le: boolean): void;
  /** The caller has checked that the value fits. */
  writeS64(view: DataView, at: number, value: bigint, le: boolean): void;
  /** Prepares `count` adjacent integers from `at` on for `takeU64` and `takeS64`, in the slots from `slot` on. */
  load(view: DataView, at: number, slot: number, count: number, le: boolean): void;
  /** The integer at `at`, which `load` has prepared in `slot`. No other struct may be read in between. */
  takeU64(view: DataView, at: number, slot: number, le: boolean): bigint;
  takeS64(view: DataView, at: number, slot: number, le: boolean): bigint;
}

/** Number of slots. */
export const SLOTS = 64;

const words = new Uint32Array(2 * SLOTS);
const unsigned = new BigUint64Array(words.buffer);
const signed = new BigInt64Array(words.buffer);

/** Puts a bigint into a slot; false if it does not fit. Comparing it with what is in the slot is the fastest check of the range. */
export function holdU64(slot: number, value: bigint): boolean {
  unsigned[slot] = value;
  return unsigned[slot] === value;
}

/** Puts a bigint into a slot; false if it does not fit. */
export function holdS64(slot: number, value: bigint): boolean {
  signed[slot] = value;
  return signed[slot] === value;
}

/** The low 32 bits of what a slot holds. */
export function lowWord(slot: number): number {
  return words[2 * slot + LOW] as number;
}

/** The high 32 bits of what a slot holds. */
export function highWord(slot: number): number {
  return words[2 * slot + HIGH] as number;
}

/** Access by the methods of `DataView`. */
export const whole: WideAccess = {
  readU64: (view, at, le) => view.getBigUint64(at, le),
  readS64: (view, at, le) => view.getBigInt64(at, le),
  writeU64: (view, at, value, le) => view.setBigUint64(at, value, le),
  writeS64: (view, at, value, le) => view.setBigInt64(at, value, le),
  load: () => {},
  takeU64: (view, at, _, le) => view.getBigUint64(at, le),
  takeS64: (view, at, _, le) => view.getBigInt64(at, le),
};

/** Two words for writing one integer, apart from the slots: an array or a union is written while slots hold the integers of the struct. */
const pair = new Uint32Array(2);
const unsignedPair = new BigUint64Array(pair.buffer);
const signedPair = new BigInt64Array(pair.buffer);

function storePair(view: DataView, at: number, le: boolean): void {
  const first = le ? LOW : HIGH;
  view.setUint32(at, pair[first] as number, le);
  view.setUint32(at + 4, pair[1 - first] as number, le);
}

/** Access by words. */
export const byWords: WideAccess = {
  // Everything in one function: V8 computes with machine words only if it compiles all of it together.
  readU64(view, at, le) {
    const first = BigInt(view.getUint32(at, le));
    const second = BigInt(view.getUint32(at + 4, le));
    return le ? asUintN(64, (second << 32n) | first) : asUintN(64, (first << 32n) | second);
  },
  readS64(view, at, le) {
    const first = BigInt(view.getUint32(at, le));
    const second = BigInt(view.getUint32(at + 4, le));
    return le ? asIntN(64, (second << 32n) | first) : asIntN(64, (first << 32n) | second);
  },
  writeU64(view, at, value, le) {
    unsignedPair[0] = value;
    storePair(view, at, le);
  },
  writeS64(view, at, value, le) {
    signedPair[0] = value;
    storePair(view, at, le);
  },
  load(view, at, slot, count, le) {
    const first = le ? LOW : HIGH;
    const end = 2 * (slot + count);
    for (let i = 2 * slot; i < end; i += 2, at += 8) {
      words[i + first] = view.getUint32(at, le);
      words[i + 1 - first] = view.getUint32(at + 4, le);
    }
  },
  takeU64: (_, __, slot) => unsigned[slot] as bigint,
  takeS64: (_, __, slot) => signed[slot] as bigint,
};

/** Major version of V8; NaN in a browser. */
const v8 = Number.parseInt(
  (globalThis as { process?: { versions?: { v8?: string } } }).process?.versions?.v8 ?? "",
  10,
);

export const { readU64, readS64, writeU64, writeS64, load: loadWides, takeU64, takeS64 } = v8 < 13 ? byWords : whole;
