/** The next occurrence of bytes in the memory of a process, a part at a time, so that a search can be stopped. Only memory in the image is searched. */
import type { ProcessMemory } from "../../../tools/memory/memory.js";
import { searchMemory } from "../../../tools/memory/search.js";
import type { Opened } from "../opened.js";
import { wantedPattern } from "../wanted-pattern.js";

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

export interface MemorySearchStep {
  readonly match: MemoryMatch | undefined;
  /** Address at which the search goes on; undefined when there was a match, or all was searched. */
  readonly next: bigint | undefined;
}

/** Bytes of the image that a step searches. */
const STEP_BYTES = 16 * 1024 * 1024;

/** Ranges of addresses that a step looks at. */
const STEP_EXTENTS = 50_000;

/**
 * The first match at an address or after it.
 *
 * @throws {UsageError} (`bad-bytes`) when the query is in the notation of the command, and has a mistake
 */
export function findInMemory(opened: Opened, { space, from, query }: MemorySearch): MemorySearchStep {
  const process = opened.memory.of(space);
  const pattern = wantedPattern(query, opened.image.format);
  if (!process || !pattern) return { match: undefined, next: undefined };
  const until = endOfStep(process, from);
  const end = until === undefined ? undefined : until + BigInt(pattern.longest - 1);
  const [match] = searchMemory(process, pattern, { from, end });
  return match
    ? { match: { address: match.address, length: match.length }, next: undefined }
    : { match: undefined, next: until };
}

/** The address at which a step ends that begins at `from`; undefined if it goes to the end of the memory. */
function endOfStep(process: ProcessMemory, from: bigint): bigint | undefined {
  let bytes = 0;
  let extents = 0;
  for (const { start, end, backing } of process.extents(from, process.stretches.end)) {
    if (++extents > STEP_EXTENTS) return start;
    if (backing.kind !== "image") continue;
    const length = Number(end - start);
    if (bytes + length > STEP_BYTES) return start + BigInt(STEP_BYTES - bytes);
    bytes += length;
  }
  return undefined;
}
