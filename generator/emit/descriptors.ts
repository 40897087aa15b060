/** Descriptors: the documentation and layouts of a struct as data. */
import type {
  CaseDescriptor,
  FieldDescriptor,
  FieldMeaning,
  LayoutDescriptor,
  MemberDescriptor,
  StructDescriptor,
} from "../../runtime/descriptor.js";
import { type History, isHistory, type Varying } from "../../runtime/varying.js";
import { abiRanges } from "../abi.js";
import type { DistinctLayout, LaidMember } from "../layout.js";
import type { Abi, Field, Meaning, Struct, StructCase, Version } from "../model.js";
import { lineText, schemaFileOf } from "./text.js";
import { cType, meaningsIn } from "./types.js";

export function describeStruct(
  struct: Struct,
  layouts: readonly DistinctLayout[],
  versions: readonly Version[],
  page: string,
): StructDescriptor {
  return {
    key: struct.key,
    ...(struct.family && { family: struct.family }),
    ...(struct.variant && { variant: struct.variant }),
    ...(struct.external && { external: struct.external }),
    ...(struct.private && { private: { doc: lineText(struct.private.doc), sizes: struct.private.sizes } }),
    summary: lineText(struct.summary),
    purpose: lineText(struct.purpose),
    source: struct.source.map(lineText),
    ...(struct.confidence && { confidence: struct.confidence }),
    ...notes(struct.notes),
    schema: schemaFileOf(struct.origin),
    page,
    ...(struct.cases.length > 0 && { cases: struct.cases.map(describeCase) }),
    fields: describeFields(
      struct.fields,
      layouts.flatMap(({ abis }) => abis),
    ),
    layouts: layouts.map((layout) => describeLayout(layout, versions)),
  };
}

function describeCase({ name, when, doc, members }: StructCase): CaseDescriptor {
  const byRole = [...members].map(([role, field]) => [role, field.varying]);
  return { name, when, doc: lineText(doc), members: Object.fromEntries(byRole) };
}

function describeFields(fields: readonly Field[], abis: readonly Abi[]): Record<string, FieldDescriptor> {
  return Object.fromEntries(
    fields.map((field): [string, FieldDescriptor] => [
      field.key,
      {
        meaning: describeMeanings(meaningsIn(field, abis)),
        ...notes(field.notes),
        ...(field.since && { since: field.since }),
        ...(field.until && { until: field.until }),
        ...(field.nested && { fields: describeFields(field.nested.fields, abis) }),
      },
    ]),
  );
}

function describeMeanings(varying: Varying<Meaning>): FieldDescriptor["meaning"] {
  const history = (entries: History<Meaning>): History<FieldMeaning> =>
    entries.map(([from, meaning]) => [from, meaning && describeMeaning(meaning)]);
  if (isHistory(varying)) return history(varying);
  return Object.fromEntries(Object.entries(varying).map(([arch, entries]) => [arch, history(entries)]));
}

function describeMeaning({ doc, refers, reserved, private: ofKernel, ...facts }: Meaning): FieldMeaning {
  return {
    doc: lineText(doc),
    ...facts,
    ...(refers.length > 0 && { refers }),
    ...(reserved && { reserved: true as const }),
    ...(ofKernel && { private: true as const }),
  };
}

export function notes(remarks: Readonly<Record<string, string>>): { notes?: Record<string, string> } {
  const entries = Object.entries(remarks).map(([version, text]): [string, string] => [version, lineText(text)]);
  return entries.length > 0 ? { notes: Object.fromEntries(entries) } : {};
}

function describeLayout(distinct: DistinctLayout, versions: readonly Version[]): LayoutDescriptor {
  const { layout, struct } = distinct;
  const names = otherNames(struct);
  return {
    id: distinct.id,
    size: layout.size,
    align: layout.align,
    ...(names.length > 0 && { names }),
    abis: abiRanges(distinct.abis, versions),
    members: layout.members.map(describeMember),
  };
}

/** The C names of a struct that was renamed, as `[from, name]`, oldest first; empty if it always had its key as its name. */
export function otherNames({ key, names: { varying } }: Struct): (readonly [from: string, name: string])[] {
  const names = isHistory(varying)
    ? varying.flatMap(([from, name]) => (name === null ? [] : [[from, name] as const]))
    : [];
  return names.length === 1 && names[0]?.[1] === key ? [] : names;
}

function describeMember(member: LaidMember): MemberDescriptor {
  const { type } = member;
  return {
    name: member.name,
    ...(member.field.key !== member.name && { key: member.field.key }),
    offset: member.offset,
    size: member.size,
    type: type.kind === "scalar" ? type.scalar : type.kind === "reference" ? `struct ${type.struct.key}` : type.kind,
    c: cType(member),
    ...(member.dims.length > 0 && { dims: member.dims }),
    ...(member.flexible && { flexible: true as const, count: member.field.count ?? 0 }),
    ...((type.kind === "struct" || type.kind === "union") && {
      members: type.layout.members.map(describeMember),
    }),
  };
}
