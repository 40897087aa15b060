/** TypeScript and C types of members, and what their doc comments say. */
import type { ScalarType } from "../../runtime/integers.js";
import type { DistinctLayout, LaidMember, LaidType, Layout } from "../layout.js";
import type { Field, Struct } from "../model.js";
import { interfaceName, layoutTypeName } from "./names.js";
import { commentText } from "./text.js";

/** Finds the distinct layout that a nested struct has inside another layout. */
export type LayoutFinder = (struct: Struct, layout: Layout) => DistinctLayout;

/** A member as it appears in an object: members of anonymous aggregates are lifted to their parent, as in C. */
export interface ObjectMember {
  readonly name: string;
  /** From the start of the object's own aggregate. */
  readonly offset: number;
  readonly member: LaidMember;
  /** Whether it may be left out when encoding because it shares its bytes with others. */
  readonly inUnion: boolean;
}

/** The members of an object without its flexible array. */
export function objectMembers(layout: Layout, base = 0, inUnion = false): ObjectMember[] {
  const shared = inUnion || (layout.union && layout.members.length > 1);
  return layout.members.flatMap((member) => {
    if (member.flexible) return [];
    if (member.name !== null) return [{ name: member.name, offset: base + member.offset, member, inUnion: shared }];
    if (member.type.kind === "scalar") return [];
    return objectMembers(member.type.layout, base + member.offset, shared);
  });
}

export function flexibleMember(layout: Layout): LaidMember | undefined {
  return layout.members.find((member) => member.flexible);
}

export function isWide(scalar: ScalarType): boolean {
  return scalar === "u64" || scalar === "s64";
}

/** TypeScript type of a member; `exact` gives that of the layout, else that of the struct over all versions. */
export function tsType(member: LaidMember, find: LayoutFinder, exact: boolean): string {
  return arrayType(elementType(member.type, find, exact), member);
}

function arrayType(element: string, member: LaidMember): string {
  const { dims, type } = member;
  if (dims.length === 0) return element;
  if (type.kind === "scalar" && (type.scalar === "char" || type.scalar === "u8")) {
    const packed = type.scalar === "char" ? "string" : "Uint8Array";
    return packed + "[]".repeat(dims.length - 1);
  }
  return (/^[\w.]+$/.test(element) ? element : `(${element})`) + "[]".repeat(dims.length);
}

export function elementType(type: LaidType, find: LayoutFinder, exact: boolean): string {
  if (type.kind === "scalar") return isWide(type.scalar) ? "bigint" : "number";
  if (type.kind === "reference")
    return exact ? layoutTypeName(find(type.struct, type.layout)) : interfaceName(type.struct);
  return `{ ${objectMembers(type.layout)
    .map(({ name, member, inUnion }) => `${name}${inUnion ? "?" : ""}: ${tsType(member, find, exact)}`)
    .join("; ")} }`;
}

const C_TYPES: Readonly<Record<ScalarType, string>> = {
  u8: "__u8",
  u16: "__u16",
  u32: "__u32",
  u64: "__u64",
  s8: "__s8",
  s16: "__s16",
  s32: "__s32",
  s64: "__s64",
  f32: "float",
  f64: "double",
  le16: "__le16",
  be16: "__be16",
  be32: "__be32",
  char: "char",
};

/** Declared C type of one element. */
export function cType(member: LaidMember): string {
  const { type, field } = member;
  if (field.c) return field.c;
  if (type.kind === "scalar") return C_TYPES[type.scalar];
  return type.kind === "reference" ? `struct ${type.struct.key}` : type.kind;
}

/** C type with array lengths. */
export function cDeclaration(member: LaidMember): string {
  return cType(member) + (member.flexible ? "[]" : "") + member.dims.map((dim) => `[${dim}]`).join("");
}

/** What a field means, in one paragraph. */
export function fieldDoc(field: Field, fallback: string): string {
  const parts = [commentText(field.doc || fallback)];
  if (field.unit) parts.push(`In ${field.unit}.`);
  if (field.enum) parts.push(`Values: \`${field.enum}\`.`);
  if (field.flags) parts.push(`Bits: \`${field.flags}\`.`);
  if (field.refers.length > 0) parts.push(`Number of an object of type ${field.refers.join(" or ")}.`);
  if (field.since) parts.push(`Since ${field.since}.`);
  if (field.until) parts.push(`Until ${field.until}.`);
  if (field.confidence) parts.push(`(${field.confidence})`);
  return parts.join(" ");
}
