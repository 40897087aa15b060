/** What each byte of a record is. */
import { type BoundStruct, type Member, membersOf } from "../../runtime/index.js";
import { HEADER_SIZE } from "../../tools/image/abi/format.js";
import type { Image } from "../../tools/image/image.js";
import { elementPlaces } from "../../tools/image/record/elements.js";
import type { ImageRecord } from "../../tools/image/record/records.js";
import type { TreeNode } from "../../tools/image/tree.js";
import type { RecordField } from "../../tools/records/fields.js";
import { recordFields } from "../../tools/records/listing.js";

/** Bytes of a record with one meaning. Offsets are in bytes from the start of the image. */
export interface Place {
  readonly start: number;
  readonly end: number;
  readonly kind: "header" | "field" | "gap" | "payload" | "raw";
  /** The field; undefined for the other kinds. */
  readonly field: RecordField | undefined;
  /** Its member in the struct of the record; undefined for elements of arrays. */
  readonly member: Member | undefined;
}

export interface RecordLayout {
  readonly record: ImageRecord;
  readonly node: TreeNode;
  readonly struct: BoundStruct | undefined;
  /** In the order of their offsets. Places of union members overlap. */
  readonly places: readonly Place[];
}

/** Maximum number of places. Bytes after them are payload: no struct of a kernel has so many fields. */
const MAX_PLACES = 20_000;

/** The layout of the record in a row, which must have one. */
export function layoutOf(image: Image, row: number): RecordLayout {
  const node = image.node(row);
  const record = node.record;
  if (!record) throw new TypeError(`row ${row} has no record`);
  const struct = record.structIn(image.source);
  const members = new Map(struct ? membersOf(struct).plain.map((member) => [member.offset, member]) : []);
  const places: Place[] = [at(record.offset, HEADER_SIZE, "header")];
  let behind = record.offset + HEADER_SIZE;
  for (const field of recordFields(image, { record, node }).slice(0, MAX_PLACES)) {
    const place = at(record.offset + field.offset, field.size, field.path === "" ? "gap" : "field");
    const within = struct !== undefined && field.offset < struct.layout.size;
    behind = Math.max(behind, place.end);
    places.push({ ...place, field, member: within ? members.get(field.offset) : undefined });
  }
  if (behind < record.end) places.push(at(behind, record.end - behind, "payload"));
  if (record.rawLength > 0) places.push(at(record.end, record.rawLength, "raw"));
  return { record, node, struct, places };

  function at(start: number, size: number, kind: Place["kind"]): Place {
    return { start, end: start + size, kind, field: undefined, member: undefined };
  }
}

/** The struct of the elements in the payload of a record, if they are structs. */
export function elementStruct(image: Image, { record, node }: RecordLayout): BoundStruct | undefined {
  const places = elementPlaces(image.format, record, node.contains ?? record.kind?.payload);
  return places && image.format.struct(places.of);
}
