/**
 * Fields of a struct anywhere in an image: in a record, an element of its tail or payload, or an array within it. Fields outside the bytes of the
 * record are undefined, so that damage appears as missing values.
 */
import { type BoundStruct, type Member, type Members, membersOf } from "../../../runtime/index.js";
import type { Scalar } from "../../../runtime/scalars.js";
import { decodeText } from "../abi/c-text.js";
import { FieldValues } from "../abi/field-values.js";
import type { ImageFormat } from "../abi/format.js";
import type { Tail } from "../abi/tail.js";
import { copyBytes, type ImageSource } from "../bytes/source.js";
import { elementPlaces } from "./elements.js";
import type { ImageRecord } from "./records.js";

/** Maximum number of elements of one array that are read. Linux 2.6.30 to 3.0 writes no more; the count in a damaged image may be arbitrary. */
export const MAX_ARRAY_ELEMENTS = 65_536;

/** Bytes of an image, and the format to read them by. */
interface Readable {
  readonly format: ImageFormat;
  readonly source: ImageSource;
}

/** Reads fields by their paths in the schema, e.g. `cap_s.securebits`, which hold in every version although C names and offsets changed. */
export class StructFields extends FieldValues {
  constructor(
    private readonly image: Readable,
    /** Members of the struct; undefined if the struct is not known, and then all fields are undefined. */
    private readonly list: Members | undefined,
    /** Offset of the struct in the image. */
    readonly offset: number,
    /** Offset in the image at which the readable bytes end. */
    readonly end: number,
    /** The flexible array at the end of the struct of a record. */
    private readonly tail?: Tail | undefined,
  ) {
    super();
  }

  /** Members of the struct in the order of the layout; empty if the struct is not known. */
  get members(): readonly Member[] {
    return this.list?.direct ?? [];
  }

  override value(path: string): number | bigint | undefined {
    const member = this.single(path);
    if (!member) return undefined;
    const { source, format } = this.image;
    const at = source.window(this.offset + member.offset, member.size);
    return (member.width as Scalar).read(source.view, at, format.littleEndian);
  }

  override number(path: string): number | undefined {
    const member = this.single(path);
    if (!member) return undefined;
    const { source, format } = this.image;
    const at = source.window(this.offset + member.offset, member.size);
    return (member.width as Scalar).readNumber(source.view, at, format.littleEndian);
  }

  /** A member that is a single number and within the readable bytes. */
  private single(path: string): Member | undefined {
    const member = this.list?.at(path);
    if (!member?.width || member.dims || member.flexible) return undefined;
    return this.offset + member.offset + member.size > this.end ? undefined : member;
  }

  /** The values of an array of numbers, several dimensions flattened; for a flexible array, only the elements that the record has. */
  values(path: string): (number | bigint)[] | undefined {
    const found = this.list?.at(path);
    return found?.width && this.scalars(found.width, found.offset, this.countOf(found));
  }

  /** Schema keys of the members of a nested aggregate. */
  membersOf(path: string): string[] {
    return (this.list?.at(path)?.members?.direct ?? []).map(({ key }) => key);
  }

  /** The bytes of a field of any type; undefined if the field is absent. */
  bytes(path: string): Uint8Array | undefined {
    const found = this.list?.at(path);
    if (!found || this.offset + found.offset + found.size > this.end) return undefined;
    return copyBytes(this.image.source, this.offset + found.offset, found.size);
  }

  /** A `char` array up to its first NUL; bytes that are not UTF-8 become lone surrogates. */
  text(path: string): string | undefined {
    const bytes = this.bytes(path);
    return bytes && decodeText(bytes);
  }

  /** Bytes of a single number, e.g. to choose the number of hexadecimal digits. */
  sizeOf(path: string): number | undefined {
    return this.list?.at(path)?.width?.size;
  }

  /** The elements of an array of structs that lie within the readable bytes. */
  elements(path: string): StructFields[] {
    const found = this.list?.at(path);
    if (!found?.members) return [];
    const start = this.offset + found.offset;
    const end = Math.min(this.end, start + this.countOf(found) * found.members.size);
    return elementsIn(this.image, found.members, start, end);
  }

  private scalars(width: Scalar, offset: number, count: number): (number | bigint)[] | undefined {
    const { source, format } = this.image;
    const start = this.offset + offset;
    if (count === 0) return [];
    if (start + count * width.size > this.end) return undefined;
    const at = source.window(start, count * width.size);
    return Array.from({ length: count }, (_, i) => width.read(source.view, at + i * width.size, format.littleEndian));
  }

  /** Number of elements of an array; for a flexible array, as many as the record announces and has. */
  private countOf({ flexible, length = 1, offset }: Member): number {
    if (!flexible) return length;
    const { list, image, tail } = this;
    const { source } = image;
    if (!tail || !list || this.offset + list.size > this.end) return 0;
    const announced = tail.announced(source.view, source.window(this.offset, list.size));
    return Math.min(announced, MAX_ARRAY_ELEMENTS, Math.floor((this.end - this.offset - offset) / tail.elementSize));
  }
}

/** Reader of the fields of a struct at `offset` in the image, inside or outside of records. */
export function structFieldsAt(image: Readable, struct: BoundStruct, offset: number, end: number): StructFields {
  return new StructFields(image, membersOf(struct), offset, end);
}

/** Reader of the fields of a record; all are undefined if its struct is not known. */
export function structFieldsOf(image: Readable, record: ImageRecord): StructFields {
  const struct = record.structIn(image.source);
  const tail = struct && image.format.tail(struct);
  return new StructFields(image, struct && membersOf(struct), record.offset, record.end, tail);
}

/** Has a record, e.g. a node of the tree. */
interface RecordHolder {
  readonly record?: ImageRecord | undefined;
}

/** Reader of the struct of a node's record; undefined if there is no record or its struct is not known. */
export function structOf(image: Readable, node: RecordHolder | undefined): StructFields | undefined {
  const record = node?.record;
  return record?.structIn(image.source) && structFieldsOf(image, record);
}

/** Readers for the elements of a payload that is an array of structs with that schema key; only elements that the record has. */
export function payloadStructs(image: Readable, node: RecordHolder | undefined, key: string): StructFields[] {
  const struct = image.format.struct(key);
  const record = node?.record;
  if (!struct || !record) return [];
  const places = elementPlaces(image.format, record, { kind: "array", of: key });
  return places ? elementsIn(image, membersOf(struct), places.start, record.payload.end, places.size) : [];
}

/** @param size distance in bytes from one element to the next */
function elementsIn(
  image: Readable,
  members: Members,
  start: number,
  end: number,
  size = members.size,
): StructFields[] {
  const count = size > 0 ? Math.max(0, Math.min(MAX_ARRAY_ELEMENTS, Math.floor((end - start) / size))) : 0;
  return Array.from({ length: count }, (_, i) => {
    const offset = start + i * size;
    return new StructFields(image, members, offset, offset + members.size);
  });
}
