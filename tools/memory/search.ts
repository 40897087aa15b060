/**
 * Searches the memory of a process for a pattern, a window at a time. Only bytes of the image are looked at: not the files behind mappings,
 * and not memory that was never touched, which is zero. Matches may cross the borders of pages and mappings.
 */
import { windowBytes } from "../image/bytes/source.js";
import type { Mapping } from "../model/address-space.js";
import type { Extent, ProcessMemory } from "./memory.js";
import type { Pattern } from "./pattern.js";

export interface Match {
  readonly address: bigint;
  /** Bytes. */
  readonly length: number;
  /** The mapping that its first byte belongs to. */
  readonly mapping: Mapping;
  /** Where its first byte stands, in bytes from the start of the image. */
  readonly offset: number;
  /** It and what follows it, as far as the image has it; {@link SHOWN} bytes at most. */
  readonly bytes: Uint8Array;
}

/** Bytes of memory that come with a match. */
export const SHOWN = 64;

/**
 * All matches by address, none overlapping another.
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

/** Bytes that follow each other in memory, those that were not looked at yet and as many as a match may reach back. */
class Window {
  private readonly bytes: Buffer;
  /** Bytes in use. */
  private filled = 0;
  /** Address of the first byte. */
  private start = 0n;
  /** Where matches may begin: behind the last one, and behind what was searched. */
  private from = 0;
  /** Extents of the bytes in use, by address. */
  private extents: Extent[] = [];
  /** Bytes at the end that are searched together with what follows. */
  private readonly kept: number;

  constructor(
    private readonly memory: ProcessMemory,
    private readonly pattern: Pattern,
  ) {
    this.kept = Math.max(pattern.longest - 1, SHOWN);
    this.bytes = Buffer.alloc(pattern.window + this.kept);
  }

  /** Takes an extent that follows the last one, or is the first since {@link finish}. */
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

  /** Searches the rest and makes room for what follows somewhere else. */
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

/** Bytes that are read at once. */
const READ = 1024 * 1024;
