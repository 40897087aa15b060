/** The files that a process maps, as debuggers look for what is not in the core. */
import type { CoreMapping } from "./mappings.js";

export interface MappedFile {
  readonly start: bigint;
  readonly end: bigint;
  /** Bytes from the start of the file. */
  readonly offset: bigint;
  readonly path: string;
}

/**
 * By address. Shared memory without a file is left out, although kernels name its invisible files: a debugger would look for them, and where pages
 * were never written to it would not find zeros.
 */
export function* mappedFiles(mappings: Iterable<CoreMapping>, pageSize: number): Generator<MappedFile, void, void> {
  for (const { start, end, mapping, path } of mappings) {
    if (path === undefined) continue;
    // Of overlapping mappings the later one begins behind its own start.
    yield { start, end, offset: mapping.pgoff * BigInt(pageSize) + start - mapping.start, path };
  }
}
