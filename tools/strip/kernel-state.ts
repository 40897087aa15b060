/**
 * State of the kernel that an image holds as it was in memory: what stands behind the fields of structs of the kernel, and fields that the schema
 * calls private. It may hold addresses of the kernel, which say where its memory lies, and means nothing outside of that kernel.
 */
import type { BoundLayout, Member } from "../../runtime/index.js";
import { elementPlaces } from "../image/elements.js";
import type { Image } from "../image/image.js";
import { kernelSizes } from "../image/kernel-sizes.js";
import type { ByteRange, ImageRecord } from "../image/records.js";
import type { TreeNode } from "../image/tree.js";

/** Where it lies in a record, in the order of the image; nowhere in most. */
export function* kernelState(image: Image, node: TreeNode, record: ImageRecord): Generator<ByteRange, void, void> {
  yield* privateFields(image, record);
  yield* privateParts(image, node, record);
}

function* privateFields({ source }: Image, record: ImageRecord): Generator<ByteRange, void, void> {
  const { kind, offset, length, end } = record;
  if (!kind?.struct) return;
  const at = source.window(offset, Math.min(length, kind.longest));
  const struct = kind.structOf(source.view, at, length);
  if (!struct) return;
  for (const member of privateMembers(struct.layout)) {
    const start = offset + member.offset;
    if (start < end) yield { start, end: Math.min(end, start + member.size) };
  }
}

const known = new WeakMap<BoundLayout, readonly Member[]>();

/** An image has many records of few structs. */
function privateMembers(layout: BoundLayout): readonly Member[] {
  const members = known.get(layout) ?? layout.members.filter(({ meaning }) => meaning.private);
  known.set(layout, members);
  return members;
}

function* privateParts({ format }: Image, node: TreeNode, record: ImageRecord): Generator<ByteRange, void, void> {
  const contains = node.contains ?? record.kind?.payload;
  const fields = contains?.of === undefined ? undefined : format.elementSize(contains.of);
  if (contains?.of === undefined || fields === undefined || !kernelSizes(format, contains.of)) return;
  const places = elementPlaces(format, record, contains);
  // Where elements begin is not known then, so addresses may lie anywhere.
  if (!places) yield record.payload;
  for (let i = 0; places && places.size > fields && i < places.count; i++) {
    const start = places.start + i * places.size;
    yield { start: start + fields, end: start + places.size };
  }
}
