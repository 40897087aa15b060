/** Bytes of a record that mean nothing: fields of its structs in cases in which they have no value. */
import type { BoundStruct } from "../../runtime/index.js";
import { leftoversIn } from "../image/abi/cases.js";
import type { ImageFormat } from "../image/abi/format.js";
import type { ImageSource } from "../image/bytes/source.js";
import type { ByteRange, ImageRecord } from "../image/record/records.js";
import { MOST_ELEMENTS } from "./struct-fields.js";

/**
 * The leftover memory in the struct of a record and in the elements of the array at its end, in the order of the image.
 *
 * @param source the image that has the record at its offset
 */
export function leftoversOf(format: ImageFormat, source: ImageSource, record: ImageRecord): ByteRange[] {
  const { kind, offset, end } = record;
  if (!kind || !mayHave(format, kind.struct)) return [];
  const struct = record.structIn(source);
  if (!struct) return [];
  const ranges = inStruct(format, source, struct, offset, end);
  const inOrder = () => ranges.sort((a, b) => a.start - b.start);
  const tail = format.tail(struct);
  const element = tail && elementOf(format, struct);
  if (!tail || !element?.entry.descriptor.cases || offset + struct.layout.size > end) return inOrder();
  const announced = tail.announced(source.view, source.window(offset, struct.layout.size));
  for (let i = 0; i < Math.min(announced, MOST_ELEMENTS); i++) {
    const at = offset + tail.member.offset + i * tail.elementSize;
    if (at + tail.elementSize > end) break;
    ranges.push(...inStruct(format, source, element, at, at + tail.elementSize));
  }
  return inOrder();
}

/** Most records have no such fields, which is quick to see. */
function mayHave(format: ImageFormat, struct: BoundStruct | undefined): boolean {
  if (!struct) return false;
  return struct.entry.descriptor.cases !== undefined || elementOf(format, struct)?.entry.descriptor.cases !== undefined;
}

function elementOf({ abi }: ImageFormat, { layout }: BoundStruct): BoundStruct | undefined {
  const type = layout.members.find(({ flexible }) => flexible)?.type;
  return type?.startsWith("struct ") ? abi.describe(type.slice("struct ".length)) : undefined;
}

function inStruct(
  format: ImageFormat,
  source: ImageSource,
  struct: BoundStruct,
  start: number,
  end: number,
): ByteRange[] {
  if (!struct.entry.descriptor.cases) return [];
  const length = Math.min(end - start, struct.layout.size);
  const at = source.window(start, length);
  return leftoversIn(format, struct, source.view, at, at + length).map(({ offset, size }) => ({
    start: start + offset,
    end: start + offset + size,
  }));
}
