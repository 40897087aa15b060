/** The fields of a record as places in the image: from a record to its fields, their elements and members, down to single numbers. */
import {
  type BoundStruct,
  decodeEscaped,
  type FieldMeaning,
  type Member,
  type Members,
  membersOf,
} from "../../runtime/index.js";
import { scalar } from "../../runtime/scalars.js";
import { decodeText, withoutPadding } from "../image/abi/c-text.js";
import { senseIn } from "../image/abi/cases.js";
import { type ImageSource, MemorySource, windowBytes } from "../image/bytes/source.js";
import type { Image } from "../image/image.js";
import { elementPlaces } from "../image/record/elements.js";
import type { ImageRecord } from "../image/record/records.js";
import type { TreeNode } from "../image/tree.js";

/**
 * `number`, `numbers` (an array), `text` (a `char` array, or a text payload) and `bytes` have a value; a `group` (a struct, or an array of structs)
 * has members or elements.
 */
export type FieldKind = "number" | "numbers" | "text" | "bytes" | "group";

/** Value of a field: a number, an array of numbers, a text, or bytes. 64-bit numbers are bigints. */
export type FieldValue = number | bigint | readonly (number | bigint)[] | string | Uint8Array;

/** A named member of a group. */
interface NamedField {
  /** Key in the schema. */
  readonly name: string;
  /** C name, if it differs from the key. */
  readonly cName?: string;
  readonly field: Field;
  /** Set if its members are also listed directly, so that it is not listed itself. */
  readonly hidden?: true;
}

/** Form of a field. */
interface FieldForm {
  /** Width of a number or of array elements (`u32`, `char`), `struct`, or the kind of a whole payload. */
  readonly type: string;
  readonly dims: readonly number[];
  readonly meaning: FieldMeaning | undefined;
  /** Whether the length of a payload is free: nothing else in the image depends on it. */
  readonly free?: boolean;
  readonly parts?: (at: number) => Generator<NamedField, void, void>;
  /** The struct member that the field is, or whose element it is, and the struct that contains it. */
  readonly within?: { readonly member: Member; readonly struct: BoundStruct; readonly start: number };
}

/** Where the bytes of a field are: a source, and the offset in the image at which the source begins. */
interface FieldBytes {
  readonly source: ImageSource;
  readonly base: number;
}

/** The bytes of a field. */
interface ByteExtent {
  /** Offset in bytes from the start of the image. */
  readonly offset: number;
  /** Size in bytes. */
  readonly size: number;
}

export class Field implements ByteExtent {
  /** Offset in bytes from the start of the image. */
  readonly offset: number;
  /** Size in bytes. */
  readonly size: number;

  constructor(
    readonly image: Image,
    /** The record that contains the field. */
    readonly record: ImageRecord,
    { offset, size }: ByteExtent,
    private readonly form: FieldForm,
    private readonly content: FieldBytes = { source: image.source, base: 0 },
  ) {
    this.offset = offset;
    this.size = size;
  }

  get meaning(): FieldMeaning | undefined {
    return this.form.meaning;
  }

  /** Explicit width of a number or of array elements (`u32`, `char`); `text`, `bytes` or `struct`. */
  get type(): string {
    return this.form.type;
  }

  get kind(): FieldKind {
    const { type, dims } = this.form;
    if (type === "text" || type === "bytes") return type;
    if (dims.length > 1 || !scalar(type)) return "group";
    if (dims.length === 0) return "number";
    return type === "char" ? "text" : type === "u8" ? "bytes" : "numbers";
  }

  /** Whether the length of the field may change; the length of its record changes with it. */
  get isFree(): boolean {
    return this.form.free === true;
  }

  /**
   * Whether a NUL at the beginning does not end the text. Only the path of a unix socket has another meaning then: a name of its own kind, whose length
   * is in the record (unix(7)).
   */
  get mayBeginWithNul(): boolean {
    return this.form.within?.member.key === "sun_path";
  }

  /** Whether the field has a meaning with the values that the other fields of its struct have in `source`. */
  isMeantIn(source: ImageSource): boolean {
    const { within } = this.form;
    if (!within) return true;
    const { member, struct, start } = within;
    const length = Math.min(this.record.end - start, struct.layout.size);
    const at = source.window(start, length);
    return senseIn(struct, source.view, at, at + length)(member) === undefined;
  }

  /** Number of elements of an array; undefined for other fields. */
  get length(): number | undefined {
    return this.form.dims[0];
  }

  element(index: number): Field {
    const [length = 1, ...dims] = this.form.dims;
    const size = this.size / length;
    const { image, record, content } = this;
    return new Field(image, record, { offset: this.offset + index * size, size }, { ...this.form, dims }, content);
  }

  /** Members of a struct, including those of anonymous members. */
  *parts(): Generator<NamedField, void, void> {
    if (this.form.dims.length === 0 && this.form.parts) yield* this.form.parts(this.offset);
  }

  member(name: string): Field | undefined {
    for (const part of this.parts()) if (part.name === name || part.cName === name) return part.field;
    return undefined;
  }

  /**
   * The value of the field.
   *
   * @throws {TypeError} for a group
   */
  read(): FieldValue {
    const { source, base } = this.content;
    const { littleEndian } = this.image.format;
    if (this.kind === "bytes") return this.bytes();
    if (this.kind === "text") return textOf(this.bytes(), this.mayBeginWithNul);
    const width = scalar(this.type);
    if (!width || this.kind === "group") throw new TypeError("a group of fields has no value of its own");
    const at = source.window(this.offset - base, this.size);
    if (this.kind === "number") return width.read(source.view, at, littleEndian);
    const one = (i: number) => width.read(source.view, at + i * width.size, littleEndian);
    return Array.from({ length: this.length as number }, (_, i) => one(i));
  }

  /** A copy of the bytes of the field. */
  bytes(): Uint8Array {
    const { source, base } = this.content;
    return windowBytes(source, this.offset - base, this.size).slice();
  }

  /** The field as it would be with other bytes. */
  withBytes(bytes: Uint8Array): Field {
    const { image, record, offset, form } = this;
    const content = { source: new MemorySource(bytes), base: offset };
    return new Field(image, record, { offset, size: bytes.length }, form, content);
  }
}

/**
 * The text of a field as the kernel reads it: up to the first NUL. After it, a fixed array may have the rest of an older, longer text. Of a text that
 * may begin with a NUL and does, only the NULs at the end are not a part.
 */
function textOf(bytes: Uint8Array, mayBeginWithNul: boolean): string {
  if (!mayBeginWithNul || bytes[0] !== 0) return decodeText(bytes);
  return decodeEscaped(withoutPadding(bytes));
}

/** All fields of a record: those of its struct, then `payload`, and `raw` for the bytes after the record. */
export function fieldsOfRecord(image: Image, node: TreeNode): Field {
  const record = node.record as ImageRecord;
  const { format, source } = image;
  const { offset, length: size } = record;
  const struct = record.structIn(source);
  const header = format.struct("ckpt_hdr");
  return new Field(image, record, { offset, size }, { type: "struct", dims: [], meaning: undefined, parts });

  function* parts(): Generator<NamedField, void, void> {
    if (struct) {
      const tail = () => tailCount(image, struct, record);
      yield* partsOf({ image, record, struct, tail }, membersOf(struct), offset);
    } else if (header) {
      if (header.layout.size <= size) yield { name: "h", field: fieldsOfStruct(image, record, header) };
    }
    const payload = payloadField(image, node);
    if (payload) yield { name: "payload", field: payload };
    const { start, end } = record.raw;
    const raw: FieldForm = { type: "bytes", dims: [], meaning: undefined };
    if (end > start) yield { name: "raw", field: new Field(image, record, { offset: start, size: end - start }, raw) };
  }
}

/** The fields of a struct at the start of a record, without a flexible array. */
function fieldsOfStruct(image: Image, record: ImageRecord, struct: BoundStruct): Field {
  const parts = (at: number) => partsOf({ image, record, struct, tail: NO_TAIL }, membersOf(struct), at);
  const { offset } = record;
  const { size } = struct.layout;
  return new Field(image, record, { offset, size }, { type: "struct", dims: [], meaning: undefined, parts });
}

/** Whether a record has only a payload, so that its name means the payload. */
export function isAllPayload({ kind }: ImageRecord): boolean {
  return kind?.struct === undefined;
}

/** What follows the struct of a record; undefined if the struct fills the record. */
export function payloadField(image: Image, node: TreeNode): Field | undefined {
  const record = node.record as ImageRecord;
  const { kind, payload } = record;
  if (kind && !kind.payload && !kind.opaque) return undefined;
  const extent = { offset: payload.start, size: payload.end - payload.start };
  const contains = node.contains ?? kind?.payload;
  const free = contains?.length === undefined && contains?.count === undefined;
  const make = (type: string, dims: readonly number[], parts?: FieldForm["parts"]) =>
    new Field(image, record, extent, {
      type,
      dims,
      meaning: undefined,
      free: free && dims.length === 0,
      ...(parts && { parts }),
    });
  if (contains?.kind === "text") return make("text", []);
  const places = elementPlaces(image.format, record, contains);
  if (!places || places.rest > 0) return make("bytes", []);
  const { of } = places;
  const dims = [places.count];
  if (scalar(of)) return make(of, dims);
  const struct = image.format.struct(of);
  return make("struct", dims, function* (at) {
    if (struct) yield* partsOf({ image, record, struct, tail: NO_TAIL }, membersOf(struct), at);
  });
}

interface FieldScope {
  readonly image: Image;
  readonly record: ImageRecord;
  /** The enclosing struct; undefined for the elements of an array of anonymous aggregates. */
  readonly struct: BoundStruct | undefined;
  /** Number of elements of the flexible array at the end of the struct. */
  readonly tail: () => number;
}

const NO_TAIL = () => 0;

/** @param start offset of the struct or element, in bytes from the start of the image */
function* partsOf(scope: FieldScope, members: Members, start: number): Generator<NamedField, void, void> {
  for (const member of members.direct) {
    const { key, name } = member;
    const field = fieldOf(scope, member, start);
    // A damaged record may end before its struct does.
    if (field.offset + field.size > scope.record.end) continue;
    const part = { name: key, field, ...(key !== name && { cName: name }) };
    if (!member.isCommon) {
      yield part;
      continue;
    }
    yield* field.parts();
    yield { ...part, hidden: true };
  }
}

function fieldOf(scope: FieldScope, member: Member, start: number): Field {
  const { image, record, struct } = scope;
  const { width, members, flexible, meaning } = member;
  const dims = flexible ? [scope.tail()] : (member.dims ?? []);
  const size = flexible ? (width?.size ?? members?.size ?? 0) * (dims[0] ?? 0) : member.size;
  const form = {
    type: width ? member.type : "struct",
    dims,
    meaning,
    ...(struct && { within: { member, struct, start } }),
  };
  const parts = (at: number) => {
    if (flexible || member.dims) return partsOf({ ...scope, struct: member.struct }, members as Members, at);
    return partsOf(scope, members as Members, at - member.offset);
  };
  const extent = { offset: start + member.offset, size };
  return new Field(image, record, extent, members ? { ...form, parts } : form);
}

/** Number of elements of the flexible array: as many as the record announces and has. */
function tailCount({ format, source }: Image, struct: BoundStruct, record: ImageRecord): number {
  const tail = format.tail(struct);
  const { size } = struct.layout;
  if (!tail || record.length < size) return 0;
  const announced = tail.announced(source.view, source.window(record.offset, size));
  const room = (record.length - size) / tail.elementSize;
  return announced >= 0 && announced <= room ? announced : 0;
}
