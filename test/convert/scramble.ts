/**
 * Fills images with random bytes in every field of every record, in padding and in elements of arrays. The structure of the image is preserved:
 * lengths, counts, numbers of objects, and fields on which the grammar depends.
 */

import type { BoundStruct } from "../../runtime/index.js";
import { scalar } from "../../runtime/scalars.js";
import type { Random } from "../../scripts/fuzz/random.js";
import type { ImageFormat, ImageRecord, TreeNode } from "../../tools/image/index.js";
import { elementPlaces } from "../../tools/image/record/elements.js";
import { ASKED } from "../../tools/image/walk/asked-fields.js";
import { structBytes } from "../../tools/verify/struct-bytes.js";
import { opened } from "../opened.js";

/** A field, a gap or the payload of a record; offsets in bytes from the start of the record. */
export interface Place {
  /** Path of the field, `padding` for a gap, or `payload` for what follows the struct. */
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly isFixed: boolean;
  /** Whether the field is the number of an object. */
  readonly refers: boolean;
}

const PADDING = "padding";
const PAYLOAD = "payload";

/** All places of a record, without its header. */
export function placesOf(format: ImageFormat, view: DataView, node: TreeNode): Place[] {
  const record = node.record as ImageRecord;
  const { kind, offset, length } = record;
  const struct = kind?.structOf(view, offset, length);
  const places: Place[] = [];
  let end = 8;
  if (kind && struct) {
    places.push(...inStruct(struct, 0, "", kind.name, kind.entry.variants?.on));
    end = struct.layout.size;
    const tail = format.tail(struct);
    if (tail) {
      const { member, elementSize } = tail;
      const name = member.key ?? member.name ?? "";
      const element = scalar(member.type) ? undefined : format.abi.describe(member.type.slice("struct ".length));
      for (let at = member.offset, i = 0; at + elementSize <= length; at += elementSize, i++) {
        if (element) places.push(...inStruct(element, at, `${name}[${i}].`, kind.name));
        else places.push({ path: `${name}[${i}]`, start: at, end: at + elementSize, isFixed: false, refers: false });
      }
      return places;
    }
  }
  const array = elementPlaces(format, record, node.contains ?? kind?.payload);
  const element = array && format.struct(array.of);
  if (array && element) {
    for (let i = 0; i < array.count; i++) {
      const at = array.start - offset + i * array.size;
      places.push(...inStruct(element, at, `${node.label ?? array.of}[${i}].`, node.label ?? array.of));
    }
    return places;
  }
  if (length > end) places.push({ path: PAYLOAD, start: end, end: length, isFixed: true, refers: false });
  return places;
}

function inStruct(struct: BoundStruct, at: number, prefix: string, name: string, discriminator?: string): Place[] {
  const { fields, gaps } = structBytes(struct);
  const asked = ASKED.fields.get(name)?.slots ?? ASKED.sums.get(name)?.slots;
  const places = fields
    .filter(({ path }) => !path.startsWith("h."))
    .map(({ path, offset, size, meaning }) => ({
      path: prefix + path,
      start: at + offset,
      end: at + offset + size,
      refers: meaning.refers !== undefined,
      isFixed: meaning.refers !== undefined || asked?.has(path) || path === discriminator || HOLDING.has(path),
    }));
  return [
    ...places.map((place) => ({
      ...place,
      // Members of a union share their bytes.
      isFixed: places.some(({ isFixed, start, end }) => isFixed && start < place.end && place.start < end),
    })),
    ...gaps.map(({ offset, size }) => ({
      path: PADDING,
      start: at + offset,
      end: at + offset + size,
      isFixed: false,
      refers: false,
    })),
  ];
}

/** Fields that count elements and bytes after the struct, and pids, by which tasks refer to each other. */
const HOLDING: ReadonlySet<string> = new Set([
  ...["nr_pending", "ngroups", "nr_sigs", "pipe_len"],
  ...["vpid", "vppid", "vtgid", "vpgid", "vsid", "nr_pids", "nr_vpids", "offset"],
]);

/** A path without array indexes. */
export function withoutIndexes(path: string): string {
  return path.replace(/\[\d*\]/g, "");
}

/**
 * The image with random bytes.
 *
 * @param frozen fields to keep, as `RECORD.path` without array indexes
 * @param share part of the fields that get random bytes, from 0 to 1
 */
export function scramble(
  bytes: Uint8Array,
  abi: string,
  random: Random,
  frozen: ReadonlySet<string>,
): { readonly bytes: Uint8Array; readonly fields: ReadonlySet<string> } {
  const image = opened(bytes, abi);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const scrambled = bytes.slice();
  const changed = new Set<string>();
  for (const node of image.root) {
    const { record, rule } = node;
    if (!record || rule !== undefined) continue;
    for (const { path, start, end, isFixed } of placesOf(image.format, view, node)) {
      const field = `${record.name}.${withoutIndexes(path)}`;
      const isFrozen = isFixed || [...frozen].some((each) => field === each || field.startsWith(`${each}.`));
      for (let at = record.offset + start; at < record.offset + end; at++) {
        const byte = random.below(256);
        if (!isFrozen) scrambled[at] = byte;
      }
      if (!isFrozen) changed.add(field);
    }
  }
  return { bytes: scrambled, fields: changed };
}
