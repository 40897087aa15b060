/** The plain fields of a struct, however deep they are nested, by their paths in the schema, which hold in every version. */
import type { Abi, BoundStruct, FieldMeaning, LayoutDescriptor, Member } from "../../runtime/index.js";
import { decodeText } from "../image/abi/c-text.js";
import type { ImageFormat } from "../image/abi/format.js";
import { scalar } from "../../runtime/scalars.js";
import type { Image } from "../image/image.js";
import type { TreeNode } from "../image/tree.js";
import { signalName, signalsIn } from "../model/signals.js";
import { valueText } from "../records/value-text.js";

/** A field with a single value, an element of an array of numbers, or an array that is one value: a text, an address. */
export interface Leaf {
  /** E.g. `perms.mode`, `termios.c_cc[4]`. */
  readonly path: string;
  /** In bytes from the start of the struct. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  readonly meaning: FieldMeaning | undefined;
  readonly type: string;
  /** Elements of an array that is one value. */
  readonly count: number | undefined;
}

export type LeafValue = number | bigint | string | readonly (number | bigint)[];

/** A struct somewhere in an image. */
export interface StructAt {
  readonly image: Image;
  readonly struct: BoundStruct;
  readonly offset: number;
  /** Where the bytes end that belong to it. */
  readonly end: number;
}

/** The struct of a record; undefined when there is no such record, or its struct is not known. */
export function structAt(image: Image, node: TreeNode | undefined): StructAt | undefined {
  const record = node?.record;
  const struct = record?.structIn(image.source);
  return record && struct && { image, struct, offset: record.offset, end: record.end };
}

const known = new WeakMap<Abi, WeakMap<LayoutDescriptor, readonly Leaf[]>>();

/** Fields that are compared as they are: no headers of records, no padding, and no numbers of objects, which carry no meaning. */
export function leavesOf(abi: Abi, { layout }: BoundStruct): readonly Leaf[] {
  const ofAbi = known.get(abi) ?? new WeakMap<LayoutDescriptor, readonly Leaf[]>();
  known.set(abi, ofAbi);
  let leaves = ofAbi.get(layout);
  if (!leaves) {
    leaves = [...leavesIn(abi, layout.members, "", 0)];
    ofAbi.set(layout, leaves);
  }
  return leaves;
}

function* leavesIn(abi: Abi, members: readonly Member[], prefix: string, base: number): Generator<Leaf, void, void> {
  for (const member of members) {
    const { name, type, offset, size, flexible, meaning } = member;
    const key = member.key ?? name;
    if (flexible || type === HEADER || meaning.reserved || meaning.refers) continue;
    const path = key === null ? prefix : `${prefix}${prefix === "" ? "" : "."}${key}`;
    const count = member.dims?.reduce((product, dim) => product * dim, 1);
    if (scalar(type)) yield* numbersOf(member, path, base + offset, count);
    else
      for (let i = 0; i < (count ?? 1); i++) {
        const at = base + offset + (size / (count ?? 1)) * i;
        const element = count === undefined ? path : `${path}[${i}]`;
        yield* aggregate(abi, member, element, at);
      }
  }
}

const HEADER = "struct ckpt_hdr";

/** Formats in which an array is one value. */
const WHOLE: ReadonlySet<string | undefined> = new Set(["sigset", "mac", "ipv6"]);

function* numbersOf(
  { type, size, meaning }: Member,
  path: string,
  offset: number,
  count: number | undefined,
): Generator<Leaf, void, void> {
  if (count === undefined || type === "char" || WHOLE.has(meaning.format)) {
    yield { path, offset, size, meaning, type, count };
    return;
  }
  const width = size / count;
  for (let i = 0; i < count; i++)
    yield { path: `${path}[${i}]`, offset: offset + width * i, size: width, meaning, type, count: undefined };
}

function* aggregate(abi: Abi, { type, members }: Member, path: string, base: number): Generator<Leaf, void, void> {
  // All members of a union are views of the same bytes.
  if (type === "union") yield* leavesIn(abi, members?.slice(0, 1) ?? [], path, base);
  else if (members) yield* leavesIn(abi, members, path, base);
  else {
    const { layout } = abi.describe(type.slice("struct ".length));
    yield* leavesIn(abi, layout.members, path, base);
  }
}

/** Reads a field from a window; undefined when the bytes end before it. */
export function leafValue(
  format: ImageFormat,
  { offset, size, type, count }: Leaf,
  view: DataView,
  start: number,
  end: number,
): LeafValue | undefined {
  const width = scalar(type);
  if (!width || start + offset + size > end) return undefined;
  if (count === undefined) return width.read(view, start + offset, format.littleEndian);
  if (type === "char") return decodeText(new Uint8Array(view.buffer, view.byteOffset + start + offset, size));
  return Array.from({ length: count }, (_, i) =>
    width.read(view, start + offset + i * width.size, format.littleEndian),
  );
}

/** A value as people read it. Sets of signals are their names. */
export function leafText(format: ImageFormat, { path, offset, size, meaning }: Leaf, value: LeafValue): string {
  if (meaning?.format === "sigset" && Array.isArray(value)) return signalSet(format, Uint8Array.from(value, Number));
  return valueText(format.abi, { path, offset, size, value, meaning });
}

export function signalSet(format: ImageFormat, bytes: Uint8Array): string {
  const names = signalsIn(format, bytes).map((signal) => signalName(format.abi, signal));
  return names.length === 0 ? "none" : names.join("|");
}
