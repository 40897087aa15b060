/** An image with one error: each change returns the place of the wrong bytes. */
import { membersOf } from "../../runtime/index.js";
import { scalar } from "../../runtime/scalars.js";
import { fieldPlaceOf } from "../../tools/image/abi/fields.js";
import { openImage } from "../../tools/image/image.js";
import { type ImageFormat, MemorySource, type TreeNode } from "../../tools/image/index.js";
import type { StructFields } from "../../tools/image/record/struct-fields.js";

export interface Pick {
  /** Label of the record in the grammar. */
  readonly label?: string;
  readonly where?: (fields: StructFields) => boolean;
  /** Index among those that match, from 0. */
  readonly nth?: number;
}

export class Altered {
  readonly format: ImageFormat;
  bytes: Uint8Array;
  private readonly image;

  constructor(original: Uint8Array, abi: string) {
    this.bytes = Uint8Array.from(original);
    this.image = openImage(new MemorySource(original), { abi });
    this.format = this.image.format;
  }

  /** The record of a name. Throws when there is none, so that no case is empty. */
  record(name: string, pick: Pick = {}): TreeNode {
    return this.pick(name, pick, (node) => node.rule === undefined && node.record?.name === name);
  }

  /** All records of a name. */
  records(name: string): TreeNode[] {
    return [...this.image.root].filter((node) => node.rule === undefined && node.record?.name === name);
  }

  /** The first record of a name after an offset. */
  recordBehind(offset: number, name: string, pick: Pick = {}): TreeNode {
    return this.pick(name, pick, (node) => node.offset > offset && node.record?.name === name);
  }

  /** The OBJREF of a shared object. */
  object(type: string, pick: Pick = {}): TreeNode {
    return this.pick(type, pick, (node) => node.object?.type === type);
  }

  private pick(name: string, { label, where, nth = 0 }: Pick, fits: (node: TreeNode) => boolean): TreeNode {
    let left = nth;
    for (const node of this.image.root) {
      if (!fits(node) || (label !== undefined && node.label !== label)) continue;
      if (where && !where(this.image.fields(node))) continue;
      if (left-- === 0) return node;
    }
    throw new Error(`${this.format.abi.name}: no ${name} ${label ?? ""} ${nth}`);
  }

  value(node: TreeNode, path: string): number {
    const value = this.image.fields(node).number(path);
    if (value === undefined) throw new Error(`${this.format.abi.name}: no ${node.record?.name}.${path}`);
    return value;
  }

  /**
   * Sets a field of a record.
   *
   * @returns offset of the field in the image
   */
  set(node: TreeNode, path: string, value: number | bigint): number {
    return this.write(this.offsetOf(node, path), this.memberOf(node, path).type, value);
  }

  offsetOf(node: TreeNode, path: string): number {
    return node.offset + this.memberOf(node, path).offset;
  }

  private memberOf(node: TreeNode, path: string) {
    const { kind, length } = node.record ?? { kind: undefined, length: 0 };
    const struct = kind?.structOf(new DataView(this.bytes.buffer), node.offset, length);
    for (const each of [kind?.struct, struct]) {
      const found = each && membersOf(each).at(path);
      if (found) return found;
    }
    throw new Error(`${this.format.abi.name}: no ${kind?.name}.${path}`);
  }

  /**
   * Sets a field of an element of the flexible array.
   *
   * @returns offset of the field in the image
   */
  setTail(node: TreeNode, index: number, path: string, value: number | bigint): number {
    const { record } = node;
    const tail = record?.kind?.struct && membersOf(record.kind.struct).tail;
    const struct = tail?.struct;
    const found = struct && membersOf(struct).at(path);
    if (!tail || !struct || !found) throw new Error(`${this.format.abi.name}: no ${path} in ${record?.name}`);
    const at = node.offset + tail.offset + index * (node.record?.elementSize ?? struct.layout.size);
    return this.write(at + found.offset, found.type, value);
  }

  /**
   * Sets a field of an element of the payload.
   *
   * @returns offset of the field in the image
   */
  setElement(node: TreeNode, key: string, index: number, path: string, value: number | bigint): number {
    const struct = this.format.struct(key);
    const found = struct && membersOf(struct).at(path);
    if (!found) throw new Error(`${this.format.abi.name}: no ${key}.${path}`);
    const at = (node.record?.payload.start ?? 0) + index * (node.record?.elementSize ?? struct.layout.size);
    return this.write(at + found.offset, found.type, value);
  }

  /** Reads a field of an element of the payload. */
  element(node: TreeNode, key: string, index: number, path: string): number {
    const struct = this.format.struct(key);
    const place = struct && fieldPlaceOf(struct, path);
    if (!place) throw new Error(`${this.format.abi.name}: no ${key}.${path}`);
    const at = (node.record?.payload.start ?? 0) + index * (node.record?.elementSize ?? struct.layout.size);
    return Number(place.read(new DataView(this.bytes.buffer), at, this.format.littleEndian));
  }

  write(offset: number, type: string, value: number | bigint): number {
    const width = scalar(type);
    if (!width) throw new Error(`${type} is no number`);
    const number = width.size === 8 ? BigInt.asUintN(64, BigInt(value)) : Number(value);
    const unsigned = width.size === 8 ? "u64" : type;
    scalar(unsigned)?.write(new DataView(this.bytes.buffer), offset, number, this.format.littleEndian);
    return offset;
  }

  poke(offset: number, ...bytes: number[]): number {
    this.bytes.set(bytes, offset);
    return offset;
  }

  /** Replaces bytes. Offsets of later nodes are invalid afterwards. */
  splice(start: number, end: number, ...parts: Uint8Array[]): number {
    this.bytes = Uint8Array.from(Buffer.concat([this.bytes.subarray(0, start), ...parts, this.bytes.subarray(end)]));
    return start;
  }

  /** The bytes of a node with all its descendants. */
  bytesOf(node: TreeNode): Uint8Array {
    const next = [...this.image.root].find(({ index }) => index === node.endIndex);
    return this.bytes.slice(node.offset, next?.offset ?? this.bytes.length);
  }
}
