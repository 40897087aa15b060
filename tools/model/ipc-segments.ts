/** System V segments by the inode number that mappings and the segment's record share. */
import type { Image } from "../image/image.js";
import { structOf } from "../image/record/struct-fields.js";
import { ipcNamespacesOf } from "./namespaces.js";

export interface SegmentName {
  readonly id: number;
  readonly key: number;
}

/** Names of all segments by the number of their inode. */
export function segmentNamesOf(image: Image): Map<number, SegmentName> {
  const names = new Map<number, SegmentName>();
  for (const { rule } of ipcNamespacesOf(image))
    for (const node of rule.first("shm_segments")?.each() ?? []) {
      const fields = node.record?.name === "IPC_SHM" ? structOf(image, node) : undefined;
      const [inode, id, key] = ["objref", "perms.id", "perms.key"].map((path) => fields?.number(path));
      if (inode && id !== undefined && key !== undefined) names.set(inode, { id, key });
    }
  return names;
}
