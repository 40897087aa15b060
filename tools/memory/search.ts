/**
 * Searches the memory of a process for a pattern. Only bytes of the image are searched: neither mapped files, nor memory that was never touched, which
 * is zero. Matches may cross page and mapping boundaries.
 */
import { windowBytes } from "../image/bytes/source.js";
import type { Mapping } from "../model/address-space.js";
import type { Extent, ProcessMemory } from "./memory.js";
import type { Pattern, PatternMatch, Piece } from "./pattern.js";

export interface Match {
  readonly address: bigint;
  /** Length in bytes. Matches of expressions have at most 4096 bytes. */
  readonly length: number;
  /** Whether what the expression matches is longer. */
  readonly isCut: boolean;
  /** The mapping of its first byte. */
  readonly mapping: Mapping;
  /** Offset of its first byte, in bytes from the start of the image. */
  readonly offset: number;
  /** The whole match, and if it has less than {@link MIN_MATCH_BYTES} bytes, the bytes after it up to that number, as far as they are in the image. */
  readonly bytes: Uint8Array;
}

/** Minimum number of bytes that are returned with a match, if the image has them. */
const MIN_MATCH_BYTES = 64;

/** The addresses that are searched, by default all. */
export interface SearchRange {
  /** Address of the first byte of the first match at the earliest. */
  readonly from?: bigint | undefined;
  /** Address after the last byte of the last match at the latest. */
  readonly end?: bigint | undefined;
}

/**
 * All matches by address, without overlaps.
 *
 * @throws {UsageError} (`slow-pattern`) when a regular expression takes too long
 */
export function* searchMemory(
  memory: ProcessMemory,
  pattern: Pattern,
  { from = 0n, end = memory.stretches.end }: SearchRange = {},
): Generator<Match, void, void> {
  const block = new Block(memory, pattern);
  let behind: bigint | undefined;
  for (const extent of memory.extents(from, end)) {
    if (extent.backing.kind !== "image") continue;
    if (extent.start !== behind) block.endRun();
    yield* block.add(extent, extent.backing.offset);
    behind = extent.end;
  }
  block.endRun();
  yield* block.search();
}

/** Minimum size of a block in bytes. */
const BLOCK = 4 * 1024 * 1024;

/** Bytes of memory in which the matches of one piece begin. */
const PIECE_BYTES = 64 * 1024;

/** Bytes of the image at consecutive addresses, in a block. */
interface Place {
  /** Offset of the first byte in the block; negative if that was in an earlier block. */
  readonly at: number;
  readonly extent: Extent;
  /** Offset of the first byte in the image. */
  readonly offset: number;
}

/**
 * Memory that is searched together: runs of consecutive bytes, cut into pieces of a fixed size, so that the matches of an expression depend only on the
 * run. Pieces of a run overlap by as many bytes as a match may extend over.
 */
class Block {
  private readonly bytes: Uint8Array;
  /** Number of bytes in use. */
  private filled = 0;
  private pieces: Piece[] = [];
  /** Offset of the first byte that begins no piece yet. */
  private open = 0;
  /** Offset after the last match. */
  private behind = 0;
  /** By {@link Place.at}. */
  private places: Place[] = [];
  /** Bytes of a piece that has others after it in its run. */
  private readonly whole: number;

  constructor(
    private readonly memory: ProcessMemory,
    private readonly pattern: Pattern,
  ) {
    this.whole = PIECE_BYTES + Math.max(pattern.longest - 1, MIN_MATCH_BYTES);
    this.bytes = new Uint8Array(Math.max(BLOCK, 2 * this.whole));
  }

  /**
   * Adds an extent that follows the last one, or is the first of a run. Searches the block when it is full.
   *
   * @param offset offset of its first byte in the image
   */
  *add(extent: Extent, offset: number): Generator<Match, void, void> {
    this.places.push({ at: this.filled, extent, offset });
    const length = Number(extent.end - extent.start);
    for (let done = 0; done < length; ) {
      if (this.open + this.whole > this.bytes.length) yield* this.search();
      const count = Math.min(length - done, this.open + this.whole - this.filled);
      this.bytes.set(windowBytes(this.memory.image.source, offset + done, count), this.filled);
      this.filled += count;
      done += count;
      if (this.filled === this.open + this.whole) this.endPiece(this.open + PIECE_BYTES);
    }
  }

  /** Ends a run: the extent that is added next does not follow the last one. */
  endRun(): void {
    if (this.open < this.filled) this.endPiece(this.filled);
  }

  private endPiece(until: number): void {
    this.pieces.push({ start: this.open, until, end: this.filled });
    this.open = until;
  }

  /** Searches the pieces, and makes room for others. */
  *search(): Generator<Match, void, void> {
    let place = 0;
    for (const match of this.pattern.find(this.bytes, this.pieces, this.behind)) {
      this.behind = match.at + match.length;
      while ((this.places[place + 1]?.at ?? this.filled) <= match.at) place++;
      yield this.matchAt(match, this.places[place] as Place);
    }
    const { open, filled } = this;
    this.bytes.copyWithin(0, open, filled);
    this.places = this.places.flatMap((place, i) =>
      (this.places[i + 1]?.at ?? filled) > open || i === this.places.length - 1
        ? { ...place, at: place.at - open }
        : [],
    );
    this.pieces = [];
    this.behind = Math.max(0, this.behind - open);
    this.filled -= open;
    this.open = 0;
  }

  private matchAt({ at, length, end, isCut }: PatternMatch, place: Place): Match {
    const { extent } = place;
    const within = at - place.at;
    return {
      address: extent.start + BigInt(within),
      length,
      isCut,
      mapping: extent.mapping as Mapping,
      offset: place.offset + within,
      bytes: this.bytes.slice(at, Math.min(at + Math.max(length, MIN_MATCH_BYTES), end)),
    };
  }
}
