/** Size of address spaces, without reading their contents. */

import { HEADER_SIZE } from "../image/abi/format.js";
import type { Image } from "../image/image.js";
import type { TreeNode } from "../image/tree.js";

export interface MemorySize {
  readonly mappings: number;
  /** Size of the mapped address ranges in bytes. */
  readonly virtualSize: bigint;
  /** Bytes of the pages stored with the mappings of this address space. */
  readonly present: number;
}

/**
 * Size of an address space.
 *
 * @param object an MM object
 */
export function memorySizeOf(image: Image, object: TreeNode): MemorySize {
  let mappings = 0;
  let virtualSize = 0n;
  let present = 0;
  for (const rule of object.each()) {
    const vma = rule.rule === "mapping" ? rule.find("VMA") : undefined;
    if (!vma) continue;
    const fields = image.fields(vma);
    const size = (fields.big("vm_end") ?? 0n) - (fields.big("vm_start") ?? 0n);
    if (size > 0n) virtualSize += size;
    mappings++;
    present += presentBytes(image, rule);
  }
  return { mappings, virtualSize, present };
}

/**
 * Bytes of memory stored with a mapping.
 *
 * @param mapping the rule `mapping`
 */
export function presentBytes(image: Image, mapping: TreeNode): number {
  let bytes = 0;
  for (const part of mapping.each())
    if (part.rule === "contents" || part.rule === "huge_pages")
      for (const { label, record } of part.each()) bytes += memoryBytes(image, label, record?.length ?? 0);
  return bytes;
}

/** Bytes of memory in a record with that label: a batch of pages also holds one word per page. */
export function memoryBytes({ format }: Image, label: string | undefined, length: number): number {
  const { pageSize, wordSize } = format;
  if (label === "page_batch") return Math.floor((length - HEADER_SIZE) / (pageSize + wordSize)) * pageSize;
  return label === "huge_page" ? length - HEADER_SIZE : 0;
}
