/**
 * Shared segments by number. Mappings only refer to them: the pages of a segment are with the first of its mappings or, for System V shared memory,
 * in the IPC namespace.
 */
import type { Image } from "../image/image.js";
import type { TreeNode } from "../image/tree.js";
import { AddressSpace } from "../model/address-space.js";

export interface SegmentContents {
  /** The rule `contents` with its pages; undefined if the form is not known, as with huge pages. */
  readonly contents: TreeNode | undefined;
}

/** All segments whose pages are in the image. If two have the same number, the first one counts. */
export function segmentsOf(image: Image): ReadonlyMap<number, SegmentContents> {
  const segments = new Map<number, SegmentContents>();
  const add = (number: number, contents: TreeNode | undefined) => {
    if (number !== 0 && !segments.has(number)) segments.set(number, { contents });
  };
  for (const [objref, object] of image.objects)
    if (object.rule === "MM")
      for (const mapping of new AddressSpace(image, objref, object).mappings)
        if (mapping.typeName === "CKPT_VMA_SHM_ANON" && mapping.contents) add(mapping.inodeObjref, mapping.contents);
  for (const group of image.root) if (group.rule === "shm_segments") addSystemV(image, group, add);
  return segments;
}

/** Each segment is a record followed by its pages. */
function addSystemV(image: Image, group: TreeNode, add: (number: number, contents?: TreeNode) => void): void {
  let number = 0;
  for (const node of group.each()) {
    if (node.rule === undefined && node.record?.name === "IPC_SHM") number = image.fields(node).number("objref") ?? 0;
    else if (node.rule === "contents") add(number, node);
    else if (node.rule === "huge_pages") add(number);
  }
}
