/** The mapped files of a process, where debuggers look for memory that is not in the core. */
import type { CoreMapping } from "./mappings.js";

interface MappedFile {
  readonly start: bigint;
  readonly end: bigint;
  /** Offset in the file, in bytes. */
  readonly offset: bigint;
  readonly path: string;
}

/**
 * Mapped files in the order of their addresses. Shared memory without a file is omitted, although kernels list its hidden files: a debugger would
 * look for these, and would not read zeros for pages that were never written to. Excluded mappings are omitted too, and those whose changes are lost:
 * gdb would show what the file has on the disk in place of what the process had changed.
 */
export function* mappedFiles(mappings: Iterable<CoreMapping>, pageSize: number): Generator<MappedFile, void, void> {
  for (const { start, end, mapping, path, isExcluded, hasLostChanges } of mappings) {
    if (path === undefined || isExcluded || hasLostChanges) continue;
    // If mappings overlap, the later one begins after its own start.
    yield { start, end, offset: mapping.pgoff * BigInt(pageSize) + start - mapping.start, path };
  }
}
