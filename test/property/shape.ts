/** The form of a struct's value, from the descriptors alone: what the property tests know about a struct independently of its codec. */
import type { Abi } from "../../generated/codecs/index.js";
import type { MemberDescriptor } from "../../runtime/descriptor.js";

export type Shape = Leaf | ArrayShape | Aggregate;

/** A value that is read and written as a unit. */
export type Leaf = IntegerLeaf | FloatLeaf | PackedLeaf;

export interface IntegerLeaf {
  readonly kind: "integer";
  readonly bits: 8 | 16 | 32 | 64;
  readonly signed: boolean;
  readonly order: Order;
}

export interface FloatLeaf {
  readonly kind: "float";
  readonly bits: 32 | 64;
}

/** An array of `char` or `u8`. */
export interface PackedLeaf {
  readonly kind: "text" | "bytes";
  readonly length: number;
}

/** Byte order of an integer: the image's, or a fixed one. */
export type Order = "image" | "little" | "big";

export interface ArrayShape {
  readonly kind: "array";
  readonly length: number;
  /** Bytes from one element to the next. */
  readonly stride: number;
  readonly element: Shape;
}

export interface Aggregate {
  readonly kind: "struct" | "union";
  readonly size: number;
  readonly members: readonly ShapeMember[];
}

export interface ShapeMember {
  /** Name; null for an anonymous aggregate, whose members belong to the parent. */
  readonly name: string | null;
  /** Offset in bytes from the start of the aggregate. */
  readonly offset: number;
  readonly shape: Shape;
}

/** The shape of a struct, with the structs that it contains. A flexible array is not part of it. */
export function shapeOf(own: Abi, struct: string): Aggregate {
  const { layout } = own.describe(struct);
  return aggregate(own, "struct", layout.size, layout.members);
}

function aggregate(own: Abi, kind: "struct" | "union", size: number, members: readonly MemberDescriptor[]): Aggregate {
  return {
    kind,
    size,
    members: members
      .filter(({ flexible }) => !flexible)
      .map((member) => ({ name: member.name, offset: member.offset, shape: memberShape(own, member) })),
  };
}

function memberShape(own: Abi, member: MemberDescriptor): Shape {
  const { dims = [], type, size } = member;
  const elements = dims.reduce((product, dim) => product * dim, 1);
  const last = dims.at(-1);
  if (last !== undefined && (type === "char" || type === "u8"))
    return arrays(dims.slice(0, -1), last, { kind: type === "char" ? "text" : "bytes", length: last });
  return arrays(dims, size / elements, elementShape(own, member, size / elements));
}

function elementShape(own: Abi, { type, members = [] }: MemberDescriptor, size: number): Shape {
  if (type === "struct" || type === "union") return aggregate(own, type, size, members);
  if (type.startsWith("struct ")) return shapeOf(own, type.slice("struct ".length));
  return leafShape(type);
}

/** The shape of a scalar of a width such as `u32` or `be16`. */
export function leafShape(type: string): Leaf {
  const [, kind = "", bits = ""] = /^(u|s|f|le|be)(8|16|32|64)$/.exec(type) ?? [];
  if (bits === "") throw new Error(`no shape for ${type}`);
  const width = Number(bits) as 8 | 16 | 32 | 64;
  if (kind === "f") return { kind: "float", bits: width as 32 | 64 };
  const order = kind === "le" ? "little" : kind === "be" ? "big" : "image";
  return { kind: "integer", bits: width, signed: kind === "s", order };
}

function arrays(dims: readonly number[], elementSize: number, element: Shape): Shape {
  const [length, ...rest] = dims;
  if (length === undefined) return element;
  const inner = arrays(rest, elementSize, element);
  return { kind: "array", length, stride: rest.reduce((product, dim) => product * dim, elementSize), element: inner };
}

function isAggregate(shape: Shape): shape is Aggregate {
  return shape.kind === "struct" || shape.kind === "union";
}

/** Smallest and greatest value of an integer. */
export function integerRange({ bits, signed }: IntegerLeaf): readonly [min: bigint, max: bigint] {
  const values = 1n << BigInt(bits);
  return signed ? [-values / 2n, values / 2n - 1n] : [0n, values - 1n];
}

/** Size of a leaf in bytes. */
export function leafSize(leaf: Leaf): number {
  return "length" in leaf ? leaf.length : leaf.bits / 8;
}

/** A leaf at its place in a struct. */
export interface Field {
  /** Names and indexes from the value of the struct to the leaf. */
  readonly path: readonly (string | number)[];
  /** The path as error messages write it, e.g. `rlim[3].rlim_cur`. */
  readonly name: string;
  /** Offset in bytes from the start of the struct. */
  readonly offset: number;
  readonly leaf: Leaf;
}

/** The leaves of a struct; the first and the last element of an array. */
export function fieldsOf(shape: Shape, path: Field["path"] = [], offset = 0): Field[] {
  if (shape.kind === "array")
    return [...new Set([0, shape.length - 1])].flatMap((index) =>
      fieldsOf(shape.element, [...path, index], offset + index * shape.stride),
    );
  if (isAggregate(shape))
    return shape.members.flatMap((member) =>
      fieldsOf(member.shape, member.name === null ? path : [...path, member.name], offset + member.offset),
    );
  return [{ path, name: pathName(path), offset, leaf: shape }];
}

export function pathName(path: Field["path"]): string {
  return path.reduce<string>(
    (text, step) => (typeof step === "number" ? `${text}[${step}]` : text === "" ? step : `${text}.${step}`),
    "",
  );
}

/** For each byte of a struct, whether it belongs to a field rather than to padding. */
export function coverage(shape: Aggregate): boolean[] {
  const covered = new Array<boolean>(shape.size).fill(false);
  const visit = (part: Shape, offset: number): void => {
    if (part.kind === "array") for (let i = 0; i < part.length; i++) visit(part.element, offset + i * part.stride);
    else if (isAggregate(part)) for (const member of part.members) visit(member.shape, offset + member.offset);
    else covered.fill(true, offset, offset + leafSize(part));
  };
  visit(shape, 0);
  return covered;
}
