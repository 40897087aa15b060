/**
 * Fields of a struct anywhere in an image: of a record, of an element of its tail or payload, of an array within it. What lies outside the
 * bytes that the record has is undefined, so that damage shows as missing values.
 */
import type { LayoutDescriptor, MemberDescriptor } from "../../runtime/index.js";
import { decodeText } from "../image/abi/c-text.js";
import { FieldValues } from "../image/abi/field-values.js";
import { type MemberPlace, memberAt } from "../image/abi/fields.js";
import { scalar } from "../../runtime/scalars.js";
import type { Tail } from "../image/abi/tail.js";
import { copyBytes } from "../image/bytes/source.js";
import type { Image } from "../image/image.js";
import { elementPlaces } from "../image/record/elements.js";
import type { TreeNode } from "../image/tree.js";

/** Elements of one array that are read. No kernel of that time writes more; the count in a damaged image may be anything. */
export const MOST_ELEMENTS = 65_536;

/** Paths are those of the schema, as in {@link memberAt}. */
export class StructFields extends FieldValues {
  constructor(
    private readonly image: Image,
    private readonly layout: LayoutDescriptor,
    /** Of its first byte in the image. */
    readonly offset: number,
    /** Where the bytes end that may be read. */
    readonly end: number,
    /** Of a record: its struct may end in an array. */
    private readonly tail?: Tail | undefined,
  ) {
    super();
  }

  /** Members of the struct in the order of the layout, by schema key. */
  get members(): readonly MemberDescriptor[] {
    return this.layout.members;
  }

  override value(path: string): number | bigint | undefined {
    const found = this.find(path);
    const type = found && !found.member.dims && !found.member.flexible ? scalar(found.member.type) : undefined;
    if (!found || !type || this.offset + found.offset + type.size > this.end) return undefined;
    const { source, format } = this.image;
    return type.read(source.view, source.window(this.offset + found.offset, type.size), format.littleEndian);
  }

  /** An array of plain numbers, of several dimensions as one; the elements of a tail that are there. */
  values(path: string): (number | bigint)[] | undefined {
    const found = this.find(path);
    const type = found && scalar(found.member.type);
    if (!found || !type) return undefined;
    return this.scalars(type, found.offset, this.countOf(found.member));
  }

  /** Schema keys of the members of a nested aggregate. */
  membersOf(path: string): string[] {
    return (this.find(path)?.member.members ?? []).flatMap(({ key, name }) => key ?? name ?? []);
  }

  /** The bytes of a field, whatever its type. */
  bytes(path: string): Uint8Array | undefined {
    const found = this.find(path);
    if (!found || this.offset + found.offset + found.member.size > this.end) return undefined;
    return copyBytes(this.image.source, this.offset + found.offset, found.member.size);
  }

  /** A text up to its first NUL. */
  text(path: string): string | undefined {
    const bytes = this.bytes(path);
    return bytes && decodeText(bytes);
  }

  /** Bytes of a single number, and so how many digits it has. */
  sizeOf(path: string): number | undefined {
    const found = this.find(path);
    return found && scalar(found.member.type)?.size;
  }

  /** The elements of an array of structs, as far as they are there. */
  elements(path: string): StructFields[] {
    const found = this.find(path);
    if (!found) return [];
    const layout = this.layoutOf(found.member);
    if (!layout || layout.size === 0) return [];
    const start = this.offset + found.offset;
    const count = this.countOf(found.member);
    return elementsIn(this.image, layout, start, Math.min(this.end, start + count * layout.size));
  }

  private find(path: string): MemberPlace | undefined {
    const places = known.get(this.layout) ?? new Map<string, MemberPlace | undefined>();
    known.set(this.layout, places);
    if (!places.has(path)) places.set(path, memberAt(this.image.format.abi, this.layout, path));
    return places.get(path);
  }

  private scalars(type: NonNullable<ReturnType<typeof scalar>>, offset: number, count: number) {
    const { source, format } = this.image;
    const start = this.offset + offset;
    if (count === 0) return [];
    if (start + count * type.size > this.end) return undefined;
    const at = source.window(start, count * type.size);
    return Array.from({ length: count }, (_, i) => type.read(source.view, at + i * type.size, format.littleEndian));
  }

  /** Elements of an array; of the tail those that the record announces and has. */
  private countOf(member: MemberDescriptor): number {
    if (!member.flexible) return lengthOf(member);
    const { image, tail } = this;
    const { source } = image;
    if (!tail || this.offset + this.layout.size > this.end) return 0;
    const announced = tail.announced(source.view, source.window(this.offset, this.layout.size));
    return Math.min(announced, MOST_ELEMENTS, Math.floor((this.end - this.offset - member.offset) / tail.elementSize));
  }

  private layoutOf(member: MemberDescriptor): LayoutDescriptor | undefined {
    const { type, members, size } = member;
    if (type.startsWith("struct ")) return this.image.format.abi.describe(type.slice("struct ".length)).layout;
    if (!members) return undefined;
    const layout = elementLayouts.get(member) ?? { id: "", size: size / lengthOf(member), align: 1, abis: {}, members };
    elementLayouts.set(member, layout);
    return layout;
  }
}

/** Places that were asked for. An image has many records of few structs. */
const known = new WeakMap<LayoutDescriptor, Map<string, MemberPlace | undefined>>();

/** Of arrays whose elements are aggregates without a name. */
const elementLayouts = new WeakMap<MemberDescriptor, LayoutDescriptor>();

/** The struct of a record; undefined when there is no such record, or its struct is not known. */
export function structOf(image: Image, node: TreeNode | undefined): StructFields | undefined {
  const record = node?.record;
  const struct = record?.structIn(image.source);
  return (
    record && struct && new StructFields(image, struct.layout, record.offset, record.end, image.format.tail(struct))
  );
}

/** The payload of a record as an array of structs of that schema key, as far as they are there. */
export function payloadStructs(image: Image, node: TreeNode | undefined, key: string): StructFields[] {
  const layout = image.format.struct(key)?.layout;
  const record = node?.record;
  if (!layout || !record) return [];
  const places = elementPlaces(image.format, record, { kind: "array", of: key });
  return places ? elementsIn(image, layout, places.start, record.payload.end, places.size) : [];
}

/** @param size bytes from one element to the next */
function elementsIn(image: Image, layout: LayoutDescriptor, start: number, end: number, size = layout.size) {
  const count = Math.max(0, Math.min(MOST_ELEMENTS, Math.floor((end - start) / size)));
  return Array.from({ length: count }, (_, i) => {
    const offset = start + i * size;
    return new StructFields(image, layout, offset, offset + layout.size);
  });
}

function lengthOf({ dims = [] }: MemberDescriptor): number {
  return dims.reduce((product, dim) => product * dim, 1);
}
