/**
 * Searches the memory of a process for a pattern, a window at a time. Only bytes of the image are searched: neither mapped files, nor memory that was
 * never touched, which is zero. Matches may cross page and mapping boundaries.
 */
import { windowBytes } from "../image/bytes/source.js";
import type { Mapping } from "../model/address-space.js";
import type { Extent, ProcessMemory } from "./memory.js";
import type { Pattern } from "./pattern.js";

export interface Match {
  readonly address: bigint;
  /** Length in bytes. */
  readonly length: number;
  /** The mapping of its first byte. */
  readonly mapping: Mapping;
  /** Offset of its first byte, in bytes from the start of the image. */
  readonly offset: number;
  /** The match and following bytes, as far as they are in the image; {@link SHOWN} bytes at most. */
  readonly bytes: Uint8Array;
}

/** Number of bytes that are returned with a match. */
const SHOWN = 64;

/**
 * All matches by address, without overlaps.
 *
 * @throws {UsageError} (`slow-pattern`) when a regular expression takes too long
 */
export function* searchMemory(memory: ProcessMemory, pattern: Pattern): Generator<Match, void, void> {
  const window = new Window(memory, pattern);
  let behind: bigint | undefined;
  for (const extent of memory.all()) {
    if (extent.backing.kind !== "image") continue;
    if (extent.start !== behind) yield* window.finish();
    yield* window.add(extent);
    behind = extent.end;
  }
  yield* window.finish();
}

/** Consecutive bytes of memory: those not searched yet, and before them as many as a match may extend over. */
class Window {
  private readonly bytes: Buffer;
  /** Number of bytes in use. */
  private filled = 0;
  /** Address of the first byte. */
  private start = 0n;
  /** Offset from which matches may begin: after the last match, and after what was searched. */
  private from = 0;
  /** Extents of the bytes in use, by address. */
  private extents: Extent[] = [];
  /** Number of bytes at the end that are searched again with the following ones. */
  private readonly kept: number;

  constructor(
    private readonly memory: ProcessMemory,
    private readonly pattern: Pattern,
  ) {
    this.kept = Math.max(pattern.longest - 1, SHOWN);
    this.bytes = Buffer.alloc(pattern.window + this.kept);
  }

  /** Adds an extent that follows the last one, or is the first since {@link finish}. */
  *add(extent: Extent): Generator<Match, void, void> {
    if (extent.backing.kind !== "image") return;
    if (this.filled === 0) this.start = extent.start;
    this.extents.push(extent);
    const length = Number(extent.end - extent.start);
    for (let done = 0; done < length; ) {
      const piece = Math.min(length - done, this.bytes.length - this.filled, READ);
      this.bytes.set(windowBytes(this.memory.image.source, extent.backing.offset + done, piece), this.filled);
      this.filled += piece;
      done += piece;
      if (this.filled === this.bytes.length) yield* this.search(this.filled - this.kept);
    }
  }

  /** Searches the remaining bytes, and prepares for an extent at another address. */
  *finish(): Generator<Match, void, void> {
    if (this.filled > 0) yield* this.search(this.filled);
    this.filled = 0;
    this.from = 0;
    this.extents = [];
  }

  private *search(until: number): Generator<Match, void, void> {
    const bytes = this.bytes.subarray(0, this.filled);
    let from = Math.max(this.from, until);
    for (const { at, length } of this.pattern.find(bytes, this.from, until)) {
      yield this.matchAt(at, length);
      from = Math.max(from, at + length);
    }
    this.bytes.copyWithin(0, until, this.filled);
    this.filled -= until;
    this.start += BigInt(until);
    this.from = from - until;
    this.extents = this.extents.filter(({ end }) => end > this.start);
  }

  private matchAt(at: number, length: number): Match {
    const address = this.start + BigInt(at);
    const extent = this.extents.find(({ end }) => end > address) as Extent;
    const offset = extent.backing.kind === "image" ? extent.backing.offset + Number(address - extent.start) : 0;
    const bytes = new Uint8Array(this.bytes.subarray(at, Math.min(at + SHOWN, this.filled)));
    return { address, length, mapping: extent.mapping as Mapping, offset, bytes };
  }
}

/** Bytes to read at once. */
const READ = 1024 * 1024;
