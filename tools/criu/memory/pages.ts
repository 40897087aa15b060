/** Pages of private memory and of shared segments that are in the image. What is not there is zero, or in a mapped file, and CRIU makes it so. */
import type { TreeNode } from "../../image/tree.js";
import type { ImageMemory, ProcessMemory } from "../../memory/memory.js";
import { hasPages } from "../../memory/page-index.js";
import type { PageRun } from "../dump.js";

/** Mappings whose pages belong to one process. */
const PRIVATE: ReadonlySet<string | undefined> = new Set(["CKPT_VMA_ANON", "CKPT_VMA_FILE"]);

/** The pages of the private memory of a process, by ascending address. */
export function* privatePages(memory: ProcessMemory): Generator<PageRun, void, void> {
  for (const stretch of memory.stretches) {
    const { mapping } = stretch;
    if (!PRIVATE.has(mapping.typeName) || !mapping.contents || !hasPages(mapping.contents)) continue;
    for (const { start, end, backing } of memory.within(stretch))
      if (backing.kind === "image") yield { address: start, size: Number(end - start), contents: backing.offset };
  }
}

/** The pages of a shared segment, by ascending offset. */
export function* segmentPages(shared: ImageMemory, contents: TreeNode): Generator<PageRun, void, void> {
  if (!hasPages(contents)) return;
  const { pageSize } = shared.image.format;
  for (const { page, count, offset } of shared.pages(contents, "indexes").runs(0, Number.MAX_SAFE_INTEGER))
    yield { address: BigInt(page) * BigInt(pageSize), size: count * pageSize, contents: offset };
}
