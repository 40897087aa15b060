/** Size of address spaces, without reading their contents. */

import { bytesBetween, type ExactInteger, ExactSum, exact } from "../exact.js";
import { HEADER_SIZE, type ImageFormat } from "../image/abi/format.js";
import type { Image } from "../image/image.js";
import type { ChosenFields } from "../image/record/chosen-fields.js";
import type { TreeNode } from "../image/tree.js";
import { mappingColumnsOf } from "../model/mapping-columns.js";

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
  const virtualSize = new ExactSum();
  let mappings = 0;
  let present = 0;
  for (const { rules, start, end } of mappingColumnsOf(image, object))
    for (const [i, rule] of rules.entries()) {
      virtualSize.add(bytesBetween(start.at(i), end.at(i)));
      mappings++;
      present += presentBytes(image, rule);
    }
  return { mappings, virtualSize: virtualSize.total, present };
}

/** Size of a range of addresses in bytes, given by the fields of its first address and of the address after its last; 0 if these are swapped. */
export function sizeOf(fields: ChosenFields, start: number, end: number): ExactInteger {
  const [first, after] = [fields.number(start) ?? 0, fields.number(end) ?? 0];
  return after <= Number.MAX_SAFE_INTEGER && first <= Number.MAX_SAFE_INTEGER
    ? bytesBetween(first, after)
    : bytesBetween(exact(fields.big(start) ?? 0n), exact(fields.big(end) ?? 0n));
}

/**
 * Bytes of memory stored with a mapping.
 *
 * @param mapping row of the rule `mapping`
 */
export function presentBytes(image: Image, mapping: number): number {
  const { table } = image;
  const last = table.end(mapping);
  let bytes = 0;
  // By rows: most mappings have no contents, and an image can have a million of them.
  for (let part = mapping + 1; part < last; ) {
    const { rule } = table.roleOf(part);
    const end = table.end(part);
    if (rule === "contents" || rule === "huge_pages")
      for (let row = part + 1; row < end; row = table.end(row))
        bytes += memoryBytes(image.format, table.roleOf(row).step?.entry.as, table.lengthOf(row));
    part = end;
  }
  return bytes;
}

/** Bytes of memory in a record with that label: a batch of pages also holds one word per page. */
export function memoryBytes({ pageSize, wordSize }: ImageFormat, label: string | undefined, length: number): number {
  if (label === "page_batch") return Math.floor((length - HEADER_SIZE) / (pageSize + wordSize)) * pageSize;
  return label === "huge_page" ? length - HEADER_SIZE : 0;
}
