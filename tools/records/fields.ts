/** The fields of a record one by one, with their bytes: what a person reads beside a hex dump. */
import { type BoundStruct, decodeEscaped, type FieldMeaning, type Member } from "../../runtime/index.js";
import { leftoversIn } from "../image/abi/cases.js";
import type { ImageFormat } from "../image/abi/format.js";
import { scalar } from "../../runtime/scalars.js";
import { PRIVATE } from "../image/record/struct.js";

/** A field, an array of numbers, a text, or a gap between fields. */
export interface RecordField {
  /** C names, e.g. `cap_s.securebits` or `action[3].sa_flags`; empty for a gap. */
  readonly path: string;
  /** In bytes from the start of the record. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  /** A number, the numbers of an array, or a text with all bytes of its array; undefined for a gap. */
  readonly value: number | bigint | readonly (number | bigint)[] | string | undefined;
  readonly meaning: FieldMeaning | undefined;
  /** It means nothing here: its bytes are leftover memory. */
  readonly leftover?: true;
}

/**
 * The fields of a struct in the order of their offsets, up to the end of the bytes that there are. The elements of a flexible array at its
 * end are not among them, see {@link tailFields}.
 *
 * @param view has the struct at `at`; what it does not have is left out
 */
export function* fieldsOf(
  format: ImageFormat,
  struct: BoundStruct,
  view: DataView,
  at = 0,
  prefix = "",
): Generator<RecordField, void, void> {
  const { layout } = struct;
  const leftovers = leftoversIn(format, struct, view, at, view.byteLength);
  for (const field of membersOf(format, layout.members, view, at, prefix, layout.size)) {
    const isLeftover = leftovers.some(
      ({ offset, size }) => at + offset <= field.offset && field.offset < at + offset + size,
    );
    yield isLeftover ? { ...field, leftover: true } : field;
  }
}

/** The elements of the flexible array at the end of a struct: as many as the record counts, at most as many as the bytes have. */
export function* tailFields(
  format: ImageFormat,
  struct: BoundStruct,
  view: DataView,
): Generator<RecordField, void, void> {
  const { layout } = struct;
  const tail = format.tail(struct);
  const count = tail && view.byteLength >= layout.size ? tail.announced(view, 0) : 0;
  if (!tail || count === 0) return;
  const { member } = tail;
  const name = member.name ?? "";
  for (const field of elementFields(format, member.type, member.meaning, name, view, member.offset)) {
    if (field.path.startsWith(`${name}[${count}]`)) return;
    yield field;
  }
}

/**
 * The elements of an array from `at` to the end of the bytes; what is less than an element is left out.
 *
 * @param size bytes of an element, where the kernel has something behind the fields of its struct
 */
export function* elementFields(
  format: ImageFormat,
  type: string,
  meaning: FieldMeaning | undefined,
  name: string,
  view: DataView,
  at: number,
  size = format.elementSize(type.replace(/^struct /, "")),
): Generator<RecordField, void, void> {
  const width = scalar(type);
  const struct = width ? undefined : format.struct(type.replace(/^struct /, ""));
  if (!size) return;
  for (let i = 0, offset = at; offset + size <= view.byteLength; i++, offset += size) {
    const path = `${name}[${i}]`;
    if (width) yield { path, offset, size, value: width.read(view, offset, format.littleEndian), meaning };
    else if (struct) {
      yield* fieldsOf(format, struct, view, offset, path);
      if (struct.layout.size < size) yield privateField(struct, view, offset, size, path);
    }
  }
}

/** What the kernel has behind the fields of an element. */
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

function* membersOf(
  format: ImageFormat,
  members: readonly Member[],
  view: DataView,
  base: number,
  prefix: string,
  size: number,
): Generator<RecordField, void, void> {
  let end = 0;
  for (const member of members) {
    if (base + member.offset >= view.byteLength) return;
    if (member.offset > end) yield gap(view, base + end, member.offset - end);
    end = Math.max(end, member.offset + member.size);
    if (!member.flexible) yield* memberFields(format, member, view, base, prefix);
  }
  if (size > end && base + end < view.byteLength) yield gap(view, base + end, size - end);
}

function* memberFields(
  format: ImageFormat,
  member: Member,
  view: DataView,
  base: number,
  prefix: string,
): Generator<RecordField, void, void> {
  const { name, dims, type, meaning } = member;
  const offset = base + member.offset;
  const path = name === null ? prefix : prefix === "" ? name : `${prefix}.${name}`;
  const count = dims?.reduce((product, length) => product * length, 1) ?? 1;
  const width = scalar(type);
  if (width) {
    if (offset + width.size * count > view.byteLength) return;
    yield { path, offset, size: width.size * count, value: read(), meaning };
    return;
  }
  for (let i = 0; i < count; i++) {
    const at = offset + (member.size / count) * i;
    const inner = dims ? `${path}[${i}]` : path;
    yield* aggregateFields(format, member, view, at, inner);
  }

  function read(): RecordField["value"] {
    const one = (i: number) =>
      (width as NonNullable<typeof width>).read(view, offset + i * (width?.size ?? 0), format.littleEndian);
    if (type === "char" && dims) return decodeEscaped(new Uint8Array(view.buffer, view.byteOffset + offset, count));
    return dims ? Array.from({ length: count }, (_, i) => one(i)) : one(0);
  }
}

function* aggregateFields(
  format: ImageFormat,
  { type, members, size, dims }: Member,
  view: DataView,
  at: number,
  path: string,
): Generator<RecordField, void, void> {
  if (members) {
    const count = dims?.reduce((product, length) => product * length, 1) ?? 1;
    yield* membersOf(format, members, view, at, path, type === "union" ? 0 : size / count);
    return;
  }
  const { layout } = format.abi.describe(type.slice("struct ".length));
  yield* membersOf(format, layout.members, view, at, path, layout.size);
}

function gap(view: DataView, offset: number, size: number): RecordField {
  return { path: "", offset, size: Math.min(size, view.byteLength - offset), value: undefined, meaning: undefined };
}
