/** pagemap-shmem-ID.img: pages of anonymous memory that processes share. Those of System V segments are written with them. */
import type { Passage } from "../passage.js";
import { segmentPages } from "./pages.js";

/** Adds the pages of all shared segments. */
export function addSharedSegments({ memory, dump }: Passage): void {
  for (const [number, { contents }] of memory.segments)
    if (contents) dump.addPages(`pagemap-shmem-${number}`, () => segmentPages(memory, contents));
}
