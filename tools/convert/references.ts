/** Fields that hold object numbers, in records and in array elements. */

import { scalar } from "../../runtime/scalars.js";
import { Cases, type FieldReader } from "../image/abi/cases.js";
import type { ImageFormat, RecordKind } from "../image/abi/format.js";
import { windowBytes } from "../image/bytes/source.js";
import type { ImageRecord } from "../image/record/records.js";
import { KeyedCodec, type Values } from "../write/keyed-codec.js";
import { type Data, type Items, isItems, PADDED, SourceBytes } from "./content.js";
import { structsOf } from "./field-rules.js";
import type { RecordNode } from "./nodes.js";
import { NewObject, type Numbering } from "./numbering.js";
import { hasGaps } from "./padding.js";
import { get, set } from "./values.js";

export class References {
  /** Paths by record name, for all its structs together. */
  private readonly byRecord = new Map<string, readonly string[]>();
  private readonly byStruct = new Map<string, readonly string[]>();

  constructor(
    private readonly format: ImageFormat,
    private readonly numbering: Numbering,
  ) {}

  /**
   * Replaces the object numbers in the bytes of a copied record by those of the result.
   *
   * @returns false if nothing was done, because numbers are not only in fields that always hold them
   */
  patch({ name, origin }: RecordNode, { kind, length }: ImageRecord, view: DataView): boolean {
    const of = origin?.node.contains?.of;
    if (this.hasCases(kind) || (of !== undefined && this.inStruct(of).length > 0)) return false;
    const struct = kind?.structOf(view, 0, length);
    for (const path of this.inRecord(name)) {
      const place = kind?.place(struct, path);
      if (!place) continue;
      const objref = place.readNumber(view, 0, this.format.littleEndian);
      if (objref > 0) view.setInt32(place.offset, this.numbering.numberOf(objref), this.format.littleEndian);
    }
    return true;
  }

  /** Whether it depends on the record which of its fields hold object numbers. */
  private hasCases(kind: RecordKind | undefined): boolean {
    const named = kind?.struct?.entry.descriptor.cases?.flatMap(({ members }) => Object.values(members)) ?? [];
    const paths = kind ? this.inRecord(kind.name) : [];
    return named.some((field) => paths.includes(this.format.abi.valueOf(field) ?? ""));
  }

  /** Registers the object numbers of a record with the numbering. */
  survey(node: RecordNode): void {
    const { name, origin } = node;
    if (name === "PIDS" && origin) this.numbering.numberOf(node.number("offset") + node.number("nr_pids"));
    const paths = this.inRecord(name);
    if (paths.length === 0) return;
    const fields = node.untouched && origin ? origin.image.fields(origin.node) : undefined;
    const read = fields ? (path: string) => fields.number(path) : (path: string) => numberAt(node.fields, path);
    const leftovers = this.leftoversOf(name, read);
    for (const path of paths) {
      if (leftovers.includes(path)) continue;
      const value = fields ? fields.number(path) : get(node.fields, path);
      if (value instanceof NewObject) this.numbering.numberOf(value);
      else if (value !== undefined) this.numbering.numberOf(Number(value));
    }
  }

  /** Replaces the object numbers in the fields of a record by those of the result. */
  resolve({ name, fields }: RecordNode): void {
    const paths = this.inRecord(name);
    if (paths.length === 0) return;
    const leftovers = this.leftoversOf(name, (path) => numberAt(fields, path));
    this.resolveAll(
      fields,
      paths.filter((path) => !leftovers.includes(path)),
    );
  }

  /** Paths of fields that have no meaning in the record, so that their bytes are not object numbers. */
  private leftoversOf(name: string, read: FieldReader): readonly string[] {
    const struct = this.format.kind(name)?.struct;
    return (struct && Cases.of(struct)?.meaningless(read)) ?? [];
  }

  resolveIn(values: Values, of: string): void {
    this.resolveAll(values, this.inStruct(of));
  }

  private resolveAll(fields: Values, paths: readonly string[]): void {
    for (const path of paths) {
      const value = get(fields, path);
      if (value instanceof NewObject) set(fields, path, this.numbering.numberOf(value));
      else if (typeof value === "number" && value > 0) set(fields, path, this.numbering.numberOf(value));
    }
  }

  /** The structs of an array payload as values. */
  items(data: Data, of: string): Items {
    return isItems(data) ? data : itemsOf(this.format, data, of);
  }

  inStruct(key: string): readonly string[] {
    let paths = this.byStruct.get(key);
    if (!paths) {
      const struct = scalar(key) ? undefined : this.format.struct(key);
      paths = struct ? this.pathsOf(KeyedCodec.of(struct)) : [];
      this.byStruct.set(key, paths);
    }
    return paths;
  }

  /** Paths of the fields with object numbers in records of that name. */
  inRecord(name: string): readonly string[] {
    let paths = this.byRecord.get(name);
    if (!paths) {
      const kind = this.format.kind(name);
      // The number of the first pid is announced in several ways, and never changes while the pids stay.
      const structs = kind && name !== "PIDS" ? [...structsOf(kind, this.format).values()] : [];
      paths = [...new Set(structs.flatMap((struct) => this.pathsOf(KeyedCodec.of(struct))))];
      this.byRecord.set(name, paths);
    }
    return paths;
  }

  private pathsOf({ leaves }: KeyedCodec): string[] {
    return leaves.flatMap(({ member: { path, meaning, dims } }) => (!meaning.refers || dims ? [] : path));
  }
}

function numberAt(values: Values, path: string): number | bigint | undefined {
  const value = get(values, path);
  return typeof value === "number" || typeof value === "bigint" ? value : undefined;
}

/** Structs in bytes of the image, decoded one by one. */
export function itemsOf(format: ImageFormat, data: Exclude<Data, Items>, of: string): Items {
  const struct = format.struct(of);
  if (!struct) throw new TypeError(`${format.abi.name} has no ${of}`);
  const codec = format.codec(struct);
  const keys = KeyedCodec.of(struct);
  const count = Math.floor(data.length / codec.size);
  const isPadded = hasGaps(struct);
  return {
    of,
    count,
    *each() {
      for (let i = 0; i < count; i++) {
        const at = i * codec.size;
        const bytes =
          data instanceof SourceBytes
            ? windowBytes(data.source, data.start + at, codec.size)
            : data.subarray(at, at + codec.size);
        const values = keys.read(codec.fromBytes(bytes));
        yield isPadded ? { ...values, [PADDED]: bytes.slice() } : values;
      }
    },
  };
}
