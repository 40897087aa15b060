/** The next occurrence of bytes in the memory of a process. Only memory in the image is searched. */
import { windowBytes } from "../../../tools/image/bytes/source.js";
import type { Extent } from "../../../tools/memory/memory.js";
import { occurrence } from "../occurrences.js";
import type { Opened } from "../opened.js";
import { wantedBytes } from "../wanted-bytes.js";

interface MemorySearch {
  /** Number of the address space. */
  readonly space: number;
  /** First address of a match. */
  readonly from: bigint;
  readonly query: string;
}

export interface MemoryMatch {
  readonly address: bigint;
  /** Length in bytes. */
  readonly length: number;
}

/** Bytes that are searched at once. */
const BLOCK_BYTES = 256 * 1024;

/**
 * The first match at an address or after it; undefined if there is none.
 *
 * @throws {UsageError} (`bad-bytes`) when the query is in the notation of the command, and has a mistake
 */
export function findInMemory(opened: Opened, { space, from, query }: MemorySearch): MemoryMatch | undefined {
  const process = opened.memory.of(space);
  const wanted = wantedBytes(query, opened.image.format);
  if (!process || !wanted) return undefined;
  /** Bytes before the current block that a match may begin in. */
  let before: Uint8Array = new Uint8Array(0);
  let next: bigint | undefined;
  const blocks = function* (extents: Iterable<Extent>) {
    for (const { start, end, backing } of extents)
      if (backing.kind === "image")
        for (let at = start; at < end; ) {
          const length = Number(end - at < BLOCK_BYTES ? end - at : BLOCK_BYTES);
          yield { at, bytes: windowBytes(opened.image.source, backing.offset + Number(at - start), length) };
          at += BigInt(length);
        }
  };
  for (const { at, bytes } of blocks(process.extents(from, process.stretches.end))) {
    if (at !== next) before = new Uint8Array(0);
    const block = new Uint8Array(before.length + bytes.length);
    block.set(before);
    block.set(bytes, before.length);
    const found = occurrence(block, wanted, 0);
    if (found >= 0) return { address: at - BigInt(before.length) + BigInt(found), length: wanted.length };
    before = block.slice(Math.max(0, block.length - wanted.length + 1));
    next = at + BigInt(bytes.length);
  }
  return undefined;
}
