/** The fields of a record one by one, with their bytes, as shown next to a hex dump. */
import { type BoundStruct, type FieldMeaning, type MemberValue, membersOf, readMember } from "../../runtime/index.js";
import { scalar } from "../../runtime/scalars.js";
import { senseIn, type Unmeant } from "../image/abi/cases.js";
import type { ImageFormat } from "../image/abi/format.js";
import { PRIVATE } from "../image/record/struct.js";

/** A field, an array of numbers, a text, or a gap between fields. */
export interface RecordField {
  /** Path of C names, e.g. `cap_s.securebits` or `action[3].sa_flags`; empty for a gap. */
  readonly path: string;
  /** Offset in bytes from the start of the record. */
  readonly offset: number;
  /** Size in bytes. */
  readonly size: number;
  /** A number, the numbers of an array, or a text with all bytes of its array; undefined for a gap. */
  readonly value: MemberValue | undefined;
  readonly meaning: FieldMeaning | undefined;
  /** Why the field has no meaning here; undefined for a field that has one. */
  readonly unmeant?: Unmeant | undefined;
}

/**
 * The fields of a struct in the order of their offsets, up to the end of the available bytes. The elements of a flexible array at its end are not
 * included, see {@link tailFields}.
 *
 * @param view has the struct at `at`; fields that it does not contain are omitted
 */
export function* fieldsOfStruct(
  format: ImageFormat,
  struct: BoundStruct,
  view: DataView,
  at = 0,
  prefix = "",
): Generator<RecordField, void, void> {
  const { size } = struct.layout;
  const end = view.byteLength;
  const sense = senseIn(struct, view, at, end);
  let covered = at;
  for (const member of membersOf(struct).plain) {
    const offset = at + member.offset;
    if (offset >= end) return;
    if (offset > covered) yield gap(view, covered, offset - covered);
    covered = Math.max(covered, offset + member.size);
    const value = readMember(member, view, at, format.littleEndian);
    if (value === undefined) continue;
    const path = prefix === "" ? member.cPath : `${prefix}.${member.cPath}`;
    yield { path, offset, size: member.size, value, meaning: member.meaning, unmeant: sense(member) };
  }
  if (at + size > covered && covered < end) yield gap(view, covered, at + size - covered);
}

/** The elements of the flexible array at the end of a struct: as many as the record announces and the bytes contain. */
export function* tailFields(
  format: ImageFormat,
  struct: BoundStruct,
  view: DataView,
): Generator<RecordField, void, void> {
  const tail = format.tail(struct);
  const count = tail && view.byteLength >= struct.layout.size ? tail.announced(view, 0) : 0;
  if (!tail || count === 0) return;
  const { name, type, meaning, offset } = tail.member;
  for (const field of elementFields(format, { type: tail.member.struct ?? type, meaning, name }, view, offset)) {
    if (field.path.startsWith(`${name}[${count}]`)) return;
    yield field;
  }
}

/** An array outside of the layout of a struct: a flexible one, or a payload. */
interface ElementArray {
  readonly name: string;
  /** A width, the schema key of a struct, or a struct. */
  readonly type: string | BoundStruct;
  readonly meaning?: FieldMeaning | undefined;
  /** Bytes of an element, if the kernel keeps something after the fields of its struct. */
  readonly size?: number | undefined;
}

/** The elements of an array from `at` to the end of the bytes, without an incomplete last element. */
export function* elementFields(
  format: ImageFormat,
  { name, type, meaning, size = typeof type === "string" ? format.elementSize(type) : type.layout.size }: ElementArray,
  view: DataView,
  at: number,
): Generator<RecordField, void, void> {
  const width = typeof type === "string" ? scalar(type) : undefined;
  const struct = typeof type === "string" ? format.struct(type) : type;
  if (!size) return;
  for (let i = 0, offset = at; offset + size <= view.byteLength; i++, offset += size) {
    const path = `${name}[${i}]`;
    if (width) yield { path, offset, size, value: width.read(view, offset, format.littleEndian), meaning };
    else if (struct) {
      yield* fieldsOfStruct(format, struct, view, offset, path);
      if (struct.layout.size < size) yield privateField(struct, view, offset, size, path);
    }
  }
}

/** What the kernel keeps after the fields of an element. */
function privateField(
  { layout, entry }: BoundStruct,
  view: DataView,
  at: number,
  size: number,
  path: string,
): RecordField {
  const offset = at + layout.size;
  const length = size - layout.size;
  const value = Array.from({ length }, (_, i) => view.getUint8(offset + i));
  const { doc = "" } = entry.descriptor.private ?? {};
  return { path: `${path}.${PRIVATE}`, offset, size: length, value, meaning: { doc, format: "hex", private: true } };
}

function gap(view: DataView, offset: number, size: number): RecordField {
  return { path: "", offset, size: Math.min(size, view.byteLength - offset), value: undefined, meaning: undefined };
}
