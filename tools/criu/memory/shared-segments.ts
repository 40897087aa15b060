/**
 * pagemap-shmem-ID.img: pages of anonymous memory that processes share. CRIU wants the file also for a segment without pages. Those of System V segments are
 * written with them.
 */
import type { Passage } from "../passage.js";
import { segmentPages } from "./pages.js";

/** Adds the pages of all anonymous segments that are mapped. */
export function addSharedSegments({ memory, segments, dump, account }: Passage): void {
  for (const [inode, number] of segments.anonymous) {
    const contents = memory.segments.get(inode)?.contents;
    if (!contents)
      account.lost({
        ...{ record: "VMA", field: "ino_objref", value: inode },
        why: "the image does not have the pages of the shared segment; they become zero",
      });
    dump.addPages(`pagemap-shmem-${number}`, () => (contents ? segmentPages(memory, contents) : []));
  }
}
