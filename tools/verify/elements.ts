/** Repeated structs of a record: the flexible array at the end of its struct, or an array payload. */
import { type BoundStruct, membersOf } from "../../runtime/index.js";
import { fieldPlaceOf } from "../image/abi/fields.js";
import type { ImageFormat } from "../image/abi/format.js";
import type { ImageSource } from "../image/bytes/source.js";
import { elementPlaces } from "../image/record/elements.js";
import type { RecordView } from "./record-view.js";

interface CheckedArray {
  /** Name of the array in paths, e.g. `pids`. */
  readonly name: string;
  readonly struct: BoundStruct;
  /** Offset of the first element, in bytes from the start of the image. */
  readonly start: number;
  /** Bytes from one element to the next; more than the size of the struct if the kernel keeps something after it. */
  readonly size: number;
  /** Number of elements that fit. The record may announce another number, which the walk reports. */
  readonly count: number;
}

export function elementsOf(view: RecordView): CheckedArray | undefined {
  const { format, record, step } = view;
  const payload = step?.entry.contains ?? record.kind?.payload;
  if (payload?.kind === "array") {
    const places = elementPlaces(format, record, payload);
    const struct = places && format.struct(places.of);
    return places && struct && { name: view.label ?? "payload", struct, ...places };
  }
  if (payload || record.kind?.fixedLength !== undefined) return undefined;
  const { name, struct, offset } = (view.struct && membersOf(view.struct).tail) ?? {};
  if (name === undefined || !struct || offset === undefined) return undefined;
  const start = record.offset + offset;
  const { size } = struct.layout;
  return { name, struct, start, size, count: Math.floor((record.end - start) / size) };
}

/** A field that every element has. */
export interface ElementField {
  /** Offset of the field, in bytes from the start of the element. */
  readonly offset: number;
  /**
   * The value of the field in an element.
   *
   * @param element offset of the element, in bytes from the start of the image
   */
  read(element: number): number;
}

/** A field of a struct that is repeated; undefined if this version has no such field. */
export function elementField(
  format: ImageFormat,
  source: ImageSource,
  key: string,
  path: string,
): ElementField | undefined {
  const struct = format.struct(key);
  const place = struct && fieldPlaceOf(struct, path);
  if (!place) return undefined;
  const { offset } = place;
  const size = offset + place.size;
  return {
    offset,
    read: (element) => Number(place.read(source.view, source.window(element, size), format.littleEndian)),
  };
}
