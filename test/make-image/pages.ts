/**
 * Contents of pages. They follow from the address, so that tests can predict them: the 32-bit word at an address is `wordAt({ seed, owner },
 * address)`, in the byte order of the image.
 *
 * For private memory, including huge pages, the owner is the pid of the first task with that address space, and the address is the user address. For
 * a shared segment the owner is the negative number from `segments()`, and the address is the offset in the segment. The page of a socket fragment
 * has owner 0 and begins at address 0.
 */
import type { ImageFormat } from "../../tools/image/index.js";
import type { ComposedRecord, Part } from "../../tools/write/index.js";

/** Owner of the memory, and the seed. */
export interface Pattern {
  readonly seed: number;
  readonly owner: number;
}

/** The word at an address that is a multiple of four. */
export function wordAt({ seed, owner }: Pattern, address: number): number {
  const start = startOf(seed, owner) ^ Math.imul(Math.floor(address / 2 ** 32), 0x27d4eb2f);
  return mix(start, address >>> 2);
}

function startOf(seed: number, owner: number): number {
  return Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(owner, 0xc2b2ae35);
}

function mix(start: number, index: number): number {
  const word = Math.imul(start ^ index, 0x9e3779b1);
  return (word ^ (word >>> 15)) >>> 0;
}

/** Bytes of memory from an address on, both multiples of four and within 4 GiB. */
export function fillPattern(view: DataView, pattern: Pattern, address: number, littleEndian: boolean): void {
  const start = startOf(pattern.seed, pattern.owner) ^ Math.imul(Math.floor(address / 2 ** 32), 0x27d4eb2f);
  const first = address >>> 2;
  for (let at = 0, index = first; at < view.byteLength; at += 4, index++)
    view.setUint32(at, mix(start, index), littleEndian);
}

/** The present pages of a mapping or segment. */
export interface PageSet {
  readonly pattern: Pattern;
  readonly count: number;
  /** Index in the mapping or segment of the nth present page; ascending. */
  index(nth: number): number;
  /** Address of the mapping; undefined in a segment, whose positions are indexes. */
  readonly start: number | undefined;
}

/** Every eighth page of a mapping is absent, so that positions have gaps. */
export const GAP = 8;

/** Index of the nth present page in a range with gaps. */
export function gapped(nth: number): number {
  return nth + Math.floor(nth / (GAP - 1));
}

/** Number of pages in a mapping with `count` present pages and the gaps between them. */
export function spanOf(count: number): number {
  return count === 0 ? 1 : gapped(count - 1) + 1;
}

/** Number of pages that are passed on at once. */
const PIECE = 64;

/** The records of a list of pages: batches as long as the kernel's, and the final count. */
export function contents(format: ImageFormat, pages: PageSet): Part {
  const most = Math.floor((16 * format.pageSize) / format.wordSize);
  return {
    records: { PGARR: { fields: { nr_pages: Math.min(most, pages.count) } } },
    rounds: batches(format, pages, most),
  };
}

function* batches(format: ImageFormat, pages: PageSet, most: number): Generator<Part> {
  for (let first = 0; first < pages.count; first += most) {
    const count = Math.min(most, pages.count - first);
    yield {
      records: {
        page_batch: batch(format, pages, first, count),
        PGARR: { fields: { nr_pages: Math.min(most, pages.count - first - count) } },
      },
    };
  }
}

/** A batch: positions, then pages. */
function batch(format: ImageFormat, pages: PageSet, first: number, count: number): ComposedRecord {
  return {
    payload: { length: count * (format.wordSize + format.pageSize), pieces: piecesOf(format, pages, first, count) },
  };
}

function* piecesOf(format: ImageFormat, pages: PageSet, first: number, count: number): Generator<Uint8Array> {
  const { pageSize, wordSize, littleEndian } = format;
  const { pattern, start } = pages;
  const positions = new DataView(new ArrayBuffer(count * wordSize));
  for (let i = 0; i < count; i++) {
    const index = pages.index(first + i);
    const position = start === undefined ? index : start + index * pageSize;
    if (wordSize === 8) positions.setBigUint64(i * wordSize, BigInt(position), littleEndian);
    else positions.setUint32(i * wordSize, position, littleEndian);
  }
  yield new Uint8Array(positions.buffer);
  const room = new Uint8Array(Math.min(PIECE, count) * pageSize);
  for (let done = 0; done < count; done += PIECE) {
    const many = Math.min(PIECE, count - done);
    for (let i = 0; i < many; i++) {
      const address = (start ?? 0) + pages.index(first + done + i) * pageSize;
      fillPattern(new DataView(room.buffer, i * pageSize, pageSize), pattern, address, littleEndian);
    }
    yield room.subarray(0, many * pageSize);
  }
}
