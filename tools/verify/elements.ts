/** Structs that a record repeats: the flexible array at the end of its own struct, or the array that its payload is. */
import { type BoundStruct, membersOf } from "../../runtime/index.js";
import { placeOf } from "../image/abi/fields.js";
import type { ImageFormat } from "../image/abi/format.js";
import type { ImageSource } from "../image/bytes/source.js";
import { elementPlaces } from "../image/record/elements.js";
import type { RecordView } from "./record-view.js";

export interface Elements {
  /** What one is called in paths, e.g. `pids`. */
  readonly name: string;
  readonly struct: BoundStruct;
  /** Bytes from the start of the image. */
  readonly start: number;
  /** Bytes from one to the next; more than those of the struct where the kernel keeps something behind it. */
  readonly size: number;
  /** How many there is room for. What the record says may be another number, which the walk tells. */
  readonly count: number;
}

export function elementsOf(view: RecordView): Elements | undefined {
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

/** A field of elements. */
export interface ElementField {
  /** Bytes from the start of the element. */
  readonly offset: number;
  /** @param element where it begins, in bytes from the start of the image */
  read(element: number): number;
}

/** Undefined where this version has no such field. */
export function elementField(
  format: ImageFormat,
  source: ImageSource,
  key: string,
  path: string,
): ElementField | undefined {
  const struct = format.struct(key);
  const place = struct && placeOf(struct, path);
  if (!place) return undefined;
  const { offset } = place;
  const size = offset + place.size;
  return {
    offset,
    read: (element) => Number(place.read(source.view, source.window(element, size), format.littleEndian)),
  };
}
