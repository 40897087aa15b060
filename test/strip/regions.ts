/**
 * An image as regions that cover it to the last byte: fields, the gaps between them, elements, payloads, what stands behind texts, behind structs
 * and behind records. Found by the layouts of the schema alone, and not by what `strip` knows.
 */
import type { BoundStruct, Member } from "../../runtime/index.js";
import { elementPlaces } from "../../tools/image/elements.js";
import type { Image, TreeNode } from "../../tools/image/index.js";
import { windowBytes } from "../../tools/image/index.js";
import type { ImageRecord } from "../../tools/image/records.js";
import { scalar } from "../../tools/image/scalars.js";

export interface Region {
  /** Where it is in the schema: `ckpt_hdr_vma.vm_start`, `padding of ckpt_hdr_vma`, `payload path`. Many places have the same name. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
  /** Width of a number in bytes; 1 for texts and bytes. */
  readonly width: number;
  /** Whether it is a text that ends at its first NUL. */
  readonly isText: boolean;
}

/** All of an image, in order and without gaps. A union is a region for each of its members. */
export function regionsOf(image: Image): Region[] {
  const regions: Region[] = [];
  for (const node of image.root) if (node.record) regions.push(...new RecordRegions(image, node, node.record).all());
  return regions;
}

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
    this.add("header of a record", offset, offset + 8, 4);
    const at = source.window(offset, Math.min(length, kind?.longest ?? 8));
    const struct = kind?.structOf(source.view, at, length);
    if (struct) this.addStruct(struct, offset);
    const flexible = struct?.layout.members.find((member) => member.flexible);
    const tail = struct && format.tail(struct);
    if (struct && flexible && tail) {
      const count = tail.announced(source.view, source.window(offset, struct.layout.size));
      for (let i = 0; i < count; i++)
        this.addMember(
          struct,
          { ...flexible, offset: 0, size: tail.elementSize },
          offset + flexible.offset + i * tail.elementSize,
        );
    }
    const { start, end } = record.payload;
    const contains = node.contains ?? kind?.payload;
    const places = elementPlaces(format, record, contains);
    const element = places && format.struct(places.of);
    const name = `payload ${node.label ?? record.name}`;
    if (places && element)
      for (let i = 0; i < places.count; i++) {
        const from = places.start + i * places.size;
        this.addStruct(element, from);
        this.add(`private part of ${element.entry.key}`, from + element.layout.size, from + places.size, 1);
      }
    else this.add(name, start, end, (places && scalar(places.of)?.size) || 1, contains?.kind === "text");
    this.add(`raw bytes of ${record.name}`, record.end, record.next, 1);
    this.addUncovered(`padding of ${struct?.entry.key ?? record.name}`);
    return this.regions.sort((a, b) => a.start - b.start);
  }

  private addStruct(struct: BoundStruct, at: number): void {
    for (const member of struct.layout.members) if (!member.flexible) this.addMember(struct, member, at);
  }

  private addMember(struct: BoundStruct, member: Member, base: number, prefix = ""): void {
    const path = member.name === null ? prefix : `${prefix}.${member.key ?? member.name}`;
    const count = (member.dims ?? []).reduce((product, length) => product * length, 1);
    const start = base + member.offset;
    const width = scalar(member.type)?.size;
    if (width !== undefined || member.type === "char") {
      this.add(
        `${struct.entry.key}${path}`,
        start,
        start + member.size,
        width ?? 1,
        member.type === "char" && count > 1,
      );
      return;
    }
    const size = member.size / count;
    const named = member.type.startsWith("struct ")
      ? this.image.format.abi.describe(member.type.slice("struct ".length))
      : undefined;
    for (let i = 0; i < count; i++) {
      const at = start + i * size;
      if (named?.entry.key === "ckpt_hdr" && at === this.record.offset) continue;
      if (named?.entry.key === "ckpt_hdr") this.add("unused header within a record", at, at + size, 4);
      else if (named) this.addStruct(named, at);
      else for (const inner of member.members ?? []) this.addMember(struct, inner, at, path);
    }
  }

  private add(name: string, start: number, end: number, width: number, isText = false): void {
    if (start >= end) return;
    this.covered.fill(1, start - this.record.offset, end - this.record.offset);
    const nul = isText ? windowBytes(this.image.source, start, end - start).indexOf(0) : -1;
    if (nul < 0 || nul === end - start - 1) this.regions.push({ name, start, end, width, isText });
    else {
      if (nul > 0) this.regions.push({ name, start, end: start + nul, width, isText });
      this.regions.push({ name: `behind the NUL of ${name}`, start: start + nul, end, width, isText: false });
    }
  }

  private addUncovered(name: string): void {
    const { offset } = this.record;
    for (let start = this.covered.indexOf(0); start >= 0; ) {
      const end = this.covered.indexOf(1, start);
      this.regions.push({
        name,
        start: offset + start,
        end: offset + (end < 0 ? this.covered.length : end),
        width: 1,
        isText: false,
      });
      start = end < 0 ? -1 : this.covered.indexOf(0, end);
    }
  }
}
