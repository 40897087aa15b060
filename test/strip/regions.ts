/**
 * An image as regions that cover it to the last byte: fields, the gaps between them, elements, payloads, and the bytes after texts, structs and
 * records. They are derived from the layouts of the schema, independently of `strip`.
 */
import { type BoundMember, type BoundStruct, type FieldMeaning, membersOf } from "../../runtime/index.js";
import { fieldPlaceOf } from "../../tools/image/abi/fields.js";
import type { Image, TreeNode } from "../../tools/image/index.js";
import { windowBytes } from "../../tools/image/index.js";
import { elementPlaces } from "../../tools/image/record/elements.js";
import type { ImageRecord } from "../../tools/image/record/records.js";

export interface Region {
  /** Name by the schema: `ckpt_hdr_vma.vm_start`, `padding of ckpt_hdr_vma`, `payload path`. Many regions have the same name. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** Meaning of a field; undefined for other regions. */
  readonly meaning?: FieldMeaning | undefined;
}

/** All regions of an image, in order and without gaps. Each member of a union is a region. */
export function regionsOf(image: Image): Region[] {
  const regions: Region[] = [];
  for (const node of image.root) if (node.record) regions.push(...new RecordRegions(image, node, node.record).all());
  return regions;
}

/** Fields with addresses; each has a field with its length. */
const ADDRESS_LENGTHS = ["laddr", "raddr"];

class RecordRegions {
  private readonly regions: Region[] = [];
  private readonly covered: Uint8Array;

  constructor(
    private readonly image: Image,
    private readonly node: TreeNode,
    private readonly record: ImageRecord,
  ) {
    this.covered = new Uint8Array(record.next - record.offset);
  }

  all(): Region[] {
    const { record, image, node } = this;
    const { source, format } = image;
    const { kind, offset, length } = record;
    this.add("header of a record", offset, offset + 8);
    const at = source.window(offset, Math.min(length, kind?.longest ?? 8));
    const struct = kind?.structOf(source.view, at, length);
    if (struct) {
      for (const end of ADDRESS_LENGTHS) this.addUnused(struct, end);
      this.addStruct(struct, offset);
    }
    const flexible = struct?.layout.members.find((member) => member.flexible);
    const tail = struct && format.tail(struct);
    if (struct && flexible && tail) {
      const count = tail.announced(source.view, source.window(offset, struct.layout.size));
      const element = { ...flexible, offset: 0, size: tail.elementSize };
      for (let i = 0; i < count; i++) this.addMember(struct, element, offset + flexible.offset + i * tail.elementSize);
    }
    this.addPayload(node);
    this.add(`raw bytes of ${record.name}`, record.end, record.next);
    this.addUncovered(`padding of ${struct?.entry.key ?? record.name}`);
    return this.regions.sort((a, b) => a.start - b.start);
  }

  private addPayload({ label, contains: atThisPlace }: TreeNode): void {
    const { record, image } = this;
    const { start, end } = record.payload;
    const contains = atThisPlace ?? record.kind?.payload;
    const places = elementPlaces(image.format, record, contains);
    const element = places && image.format.struct(places.of);
    const announced = image.problems.find(({ offset }) => offset === record.offset)?.announced;
    const last = announced === undefined ? end : Math.min(end, start + announced);
    const name = `payload ${label ?? record.name}`;
    if (places && element)
      for (let at = start; at + places.size <= last; at += places.size) {
        this.addStruct(element, at);
        this.add(`private part of ${element.entry.key}`, at + element.layout.size, at + places.size);
      }
    else if (contains?.kind === "text") this.addText(name, start, last);
    else {
      const { wordSize, pageSize } = image.format;
      const positions = label === "page_batch" ? ((last - start) / (wordSize + pageSize)) * wordSize : 0;
      this.add("payload page_positions", start, start + positions);
      this.add(name, start + positions, last);
    }
    this.add(`behind ${name}`, last, end);
  }

  private addStruct(struct: BoundStruct, at: number): void {
    for (const member of struct.layout.members) if (!member.flexible) this.addMember(struct, member, at);
  }

  private addMember(struct: BoundStruct, member: BoundMember, base: number, prefix = ""): void {
    const path = member.name === null ? prefix : `${prefix}.${member.key ?? member.name}`;
    const count = (member.dims ?? []).reduce((product, length) => product * length, 1);
    const start = base + member.offset;
    const named = member.type.startsWith("struct ")
      ? this.image.format.abi.describe(member.type.slice("struct ".length))
      : undefined;
    if (!named && !member.members) {
      const name = `${struct.entry.key}${path}`;
      if (member.type === "char") this.addText(name, start, start + member.size, member.meaning);
      else this.add(name, start, start + member.size, member.meaning);
      return;
    }
    const size = member.size / count;
    for (let at = start; at < start + member.size; at += size)
      if (named?.entry.key === "ckpt_hdr") this.add("header within a record", at, at + size);
      else if (named) this.addStruct(named, at);
      else for (const inner of member.members ?? []) this.addMember(struct, inner, at, path);
  }

  /** Adds the bytes of an address after its length. */
  private addUnused(struct: BoundStruct, path: string): void {
    const { format, source } = this.image;
    const { offset } = this.record;
    const address = membersOf(struct).at(path);
    const length = fieldPlaceOf(struct, `${path}_len`);
    if (!address || !length) return;
    const used = length.readNumber(source.view, source.window(offset, struct.layout.size), format.littleEndian);
    const start = offset + address.offset;
    this.add(`unused bytes of ${address.type}`, start + used, start + address.size);
  }

  /** Adds the text up to the NUL, which is not a region, and the bytes after it. A socket name that begins with a NUL ends by its length. */
  private addText(name: string, start: number, end: number, meaning?: FieldMeaning): void {
    const unused = this.covered.indexOf(1, start - this.record.offset);
    const last = unused < 0 ? end : Math.min(end, this.record.offset + unused);
    if (start >= last) return;
    const nul = windowBytes(this.image.source, start, last - start).indexOf(0);
    const isAbstract = name === "sockaddr_un.sun_path" && nul === 0;
    if (nul < 0 || isAbstract) {
      this.add(name, isAbstract ? start + 1 : start, last, meaning);
      this.cover(start, last);
      return;
    }
    this.add(name, start, start + nul, meaning);
    this.add(`behind the NUL of ${name}`, start + nul + 1, last);
    this.cover(start, last);
  }

  /** Adds a region, unless it is empty, within unused bytes, or in a header. */
  private add(name: string, start: number, end: number, meaning?: FieldMeaning): void {
    const isUnused = this.regions.some(
      (region) => region.name.startsWith("unused") && region.start <= start && end <= region.end,
    );
    const isHeader = this.regions.some(
      (region) => region.name.startsWith("header of") && start < region.end && start >= region.start,
    );
    if (start >= end || isUnused || isHeader) return;
    this.regions.push({ name, start, end, meaning });
    this.cover(start, end);
  }

  private cover(start: number, end: number): void {
    this.covered.fill(1, start - this.record.offset, end - this.record.offset);
  }

  private addUncovered(name: string): void {
    const { offset } = this.record;
    for (let start = this.covered.indexOf(0); start >= 0; ) {
      const end = this.covered.indexOf(1, start);
      this.regions.push({ name, start: offset + start, end: offset + (end < 0 ? this.covered.length : end) });
      start = end < 0 ? -1 : this.covered.indexOf(0, end);
    }
  }
}
