/** TypeScript and C types of members, and their doc comments. */
import type { ScalarType } from "../../runtime/integers.js";
import { type History, isHistory, type Varying } from "../../runtime/varying.js";
import { varyingOf } from "../changing.js";
import type { DistinctLayout, LaidMember, LaidType, Layout } from "../layout.js";
import type { Abi, Field, Meaning, Struct } from "../model.js";
import { isWide } from "./access.js";
import { enumerationTypes } from "./enumerations.js";
import { interfaceName, layoutTypeName } from "./names.js";
import { docText } from "./text.js";

/** Finds the distinct layout that a nested struct has inside another layout. */
export type LayoutFinder = (struct: Struct, layout: Layout) => DistinctLayout;

/** A member in the form that objects have: members of anonymous aggregates are lifted to their parent, as in C. */
export interface ObjectMember {
  readonly name: string;
  /** Offset from the start of the object's own aggregate, in bytes. */
  readonly offset: number;
  readonly member: LaidMember;
  /** Whether it is optional when encoding, because it shares its bytes with other members. */
  readonly inUnion: boolean;
}

/** The members of an object, without its flexible array. */
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

/** Which type is meant. */
export interface TypeChoice {
  /** Whether nested structs have the type of their layout, instead of the type over all versions. */
  readonly exact: boolean;
  /** Versions and architectures of the layout. Fields with an enumeration there have its type; without any, all integers have plain types. */
  readonly abis: readonly Abi[];
}

/** TypeScript type of a member. */
export function tsType(member: LaidMember, find: LayoutFinder, choice: TypeChoice): string {
  const { type, field } = member;
  const named = type.kind === "scalar" ? enumerationTypes(field, choice.abis, isWide(type.scalar)).join(" | ") : "";
  return arrayType(named || elementType(type, find, choice), member);
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

export function elementType(type: LaidType, find: LayoutFinder, choice: TypeChoice): string {
  if (type.kind === "scalar") return isWide(type.scalar) ? "bigint" : "number";
  if (type.kind === "reference")
    return choice.exact ? layoutTypeName(find(type.struct, type.layout)) : interfaceName(type.struct);
  return `{ ${objectMembers(type.layout)
    .map(({ name, member, inUnion }) => `${name}${inUnion ? "?" : ""}: ${tsType(member, find, choice)}`)
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

/** The meanings of a field in some ABIs, in one paragraph. Where they changed, each with its first version. */
export function fieldDoc(field: Field, abis: readonly Abi[], fallback: string): string {
  const { since, until } = field;
  const life = [...(since ? [`Since ${since}.`] : []), ...(until ? [`Until ${until}.`] : [])];
  const historyText = (history: History<Meaning>) =>
    history
      .flatMap(([from, meaning], i) => {
        if (meaning === null) return [];
        return i === 0 ? meaningDoc(meaning, life, fallback) : `From ${from} on: ${meaningDoc(meaning, [], fallback)}`;
      })
      .join(" ");
  const varying = meaningsIn(field, abis);
  if (isHistory(varying)) return historyText(varying);
  const byText = new Map<string, string[]>();
  for (const [arch, history] of Object.entries(varying)) {
    const text = historyText(history);
    byText.set(text, [...(byText.get(text) ?? []), arch]);
  }
  return [...byText].map(([text, arches]) => `On ${arches.join(", ")}: ${text}`).join(" ");
}

/**
 * The meaning of a field in one version, as sentences.
 *
 * @param more sentences before the mark of confidence, such as the versions that have the field
 */
export function meaningDoc(meaning: Meaning, more: readonly string[], fallback: string): string {
  const { doc, unit, refers, confidence } = meaning;
  const parts = [docText(doc || fallback)];
  if (unit) parts.push(`In ${unit}.`);
  if (meaning.enum) parts.push(`Values: \`${meaning.enum}\`.`);
  if (meaning.flags) parts.push(`Bits: \`${meaning.flags}\`.`);
  if (refers.length > 0) parts.push(`Number of an object of type ${refers.join(" or ")}.`);
  parts.push(...more);
  if (confidence) parts.push(`(${confidence})`);
  return parts.join(" ");
}

/** The meanings of a field in those of the given ABIs that have it. */
export function meaningsIn({ present, meanings }: Field, abis: readonly Abi[]): Varying<Meaning> {
  const own = abis.filter(present);
  return varyingOf(own.length > 0 ? own : abis, (abi) => meanings.at(abi));
}
