/** Where a shared object is. */
import type { Opened } from "../opened.js";

/** The row of an object in the table of records, and its type; undefined if the image has no object with that number. */
export function objectRow(
  { image }: Opened,
  { objref }: { readonly objref: number },
): { readonly row: number; readonly offset: number; readonly type: string } | undefined {
  const node = image.objects.get(objref);
  return node && { row: node.index, offset: node.record?.offset ?? 0, type: node.rule ?? "" };
}
