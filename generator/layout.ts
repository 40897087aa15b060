/**
 * Step 3: the layout rules of C. Members of a struct in one version on one architecture get offsets and sizes, and equal layouts are merged.
 *
 * The rules are those of the System V ABIs as gcc applies them: natural alignment, except that i386 aligns 64-bit members of structs to 4;
 * `aligned(N)` raises the alignment of a member or a struct; a struct's size is a multiple of its alignment; a flexible array takes no space.
 */
import type { ScalarType } from "../runtime/integers.js";
import { type Abi, type Field, type Member, type Model, precedingAbi, type Struct, unchangedSince } from "./model.js";
import type { Problem } from "./problem.js";
import type { StructTable } from "./resolve/structs.js";

/** A member with its offset in bytes, relative to the aggregate that contains it. */
export interface LaidMember {
  /** C name; null when anonymous. */
  readonly name: string | null;
  readonly field: Field;
  readonly offset: number;
  /** Size in bytes of all array elements together; 0 for a flexible array. */
  readonly size: number;
  readonly elementSize: number;
  readonly dims: readonly number[];
  readonly flexible: boolean;
  readonly type: LaidType;
}

export type LaidType =
  | { readonly kind: "scalar"; readonly scalar: ScalarType }
  | { readonly kind: "reference"; readonly struct: Struct; readonly layout: Layout }
  | { readonly kind: "struct" | "union"; readonly layout: Layout };

/** Padding: bytes that belong to no member. */
export interface Hole {
  /** Path of the member before it; empty at the start. */
  readonly after: string;
  readonly offset: number;
  readonly size: number;
  readonly trailing: boolean;
}

export interface Layout {
  readonly size: number;
  readonly align: number;
  readonly members: readonly LaidMember[];
  readonly union: boolean;
  /** Holes of this aggregate; nested ones have their own. */
  readonly holes: readonly Hole[];
}

/** A layout of a struct, with the versions and architectures that share it. */
export interface DistinctLayout {
  readonly struct: Struct;
  readonly layout: Layout;
  readonly abis: readonly Abi[];
  /** First version, with an architecture where one version has several: `v17`, `v17_x86_32`. */
  readonly id: string;
}

/** The layouts of all structs in one version on one architecture. */
export interface AbiLayouts {
  readonly abi: Abi;
  /** Layouts by struct, in the order of the schema. */
  readonly structs: ReadonlyMap<Struct, DistinctLayout>;
}

export interface Layouts {
  readonly abis: readonly AbiLayouts[];
  readonly distinct: ReadonlyMap<Struct, readonly DistinctLayout[]>;
  /** Problems of members that cannot be resolved in some version or on some architecture. */
  readonly problems: readonly Problem[];
}

export function layOut(model: Model, table: StructTable): Layouts {
  type Group = { readonly layout: Layout; readonly abis: Abi[] };
  const groups = new Map<Struct, Map<string, Group>>();
  const groupOf = (struct: Struct, layout: Layout): Group => {
    const signature = signatureOf(layout);
    const ofStruct = groups.get(struct) ?? new Map<string, Group>();
    groups.set(struct, ofStruct);
    const group = ofStruct.get(signature) ?? { layout, abis: [] };
    ofStruct.set(signature, group);
    return group;
  };
  /** The groups of each ABI. */
  const found = new Map<Abi, Map<Struct, Group>>();
  for (const abi of model.abis) {
    const preceding = precedingAbi(model, abi);
    const before = preceding && found.get(preceding);
    if (before && unchangedSince(model, abi)) {
      for (const group of before.values()) group.abis.push(abi);
      found.set(abi, before);
      continue;
    }
    const own = new Map<Struct, Group>();
    found.set(abi, own);
    const engine = new Engine(table, abi);
    for (const struct of model.structs) {
      if (!struct.present(abi)) continue;
      const same = table.isUnchanged(struct, abi.version) ? before?.get(struct) : undefined;
      const group = same ?? groupOf(struct, engine.struct(struct));
      group.abis.push(abi);
      own.set(struct, group);
    }
  }

  const distinct = new Map<Struct, DistinctLayout[]>();
  const byAbi = new Map<Abi, Map<Struct, DistinctLayout>>(model.abis.map((abi) => [abi, new Map()]));
  for (const struct of model.structs) {
    const layouts = name(struct, [...(groups.get(struct)?.values() ?? [])]);
    distinct.set(struct, layouts);
    for (const layout of layouts) for (const abi of layout.abis) byAbi.get(abi)?.set(struct, layout);
  }
  return { abis: [...byAbi].map(([abi, structs]) => ({ abi, structs })), distinct, problems: [...table.problems] };
}

/** Gives each layout an id that does not change when versions are added. */
function name(struct: Struct, groups: readonly { layout: Layout; abis: Abi[] }[]): DistinctLayout[] {
  return groups.map(({ layout, abis }) => {
    const first = abis[0] as Abi;
    const rivals = groups.filter((group) => group.abis[0]?.version === first.version);
    const widest = rivals.reduce((a, b) => (b.abis.length > a.abis.length ? b : a));
    const version = first.version.id.replaceAll("-", "_");
    const id = widest.layout === layout ? version : `${version}_${first.arch.id}`;
    return { struct, layout, abis, id };
  });
}

class Engine {
  private readonly laid = new Map<Struct, Layout>();
  private readonly inProgress = new Set<Struct>();

  constructor(
    private readonly table: StructTable,
    private readonly abi: Abi,
  ) {}

  struct(struct: Struct): Layout {
    const known = this.laid.get(struct);
    if (known) return known;
    // A struct that contains itself has no layout; the checks report it.
    if (this.inProgress.has(struct)) return { size: 0, align: 1, members: [], union: false, holes: [] };
    this.inProgress.add(struct);
    const layout = this.aggregate(this.table.members(struct, this.abi), false, struct.aligned.at(this.abi) ?? 0);
    this.inProgress.delete(struct);
    this.laid.set(struct, layout);
    return layout;
  }

  private aggregate(members: readonly Member[], union: boolean, aligned: number): Layout {
    const laid: LaidMember[] = [];
    const holes: Hole[] = [];
    let end = 0;
    let align = Math.max(1, aligned);
    let previous = "";
    for (const member of members) {
      const type = this.type(member);
      const elementSize = type.kind === "scalar" ? width(type.scalar) : type.layout.size;
      const memberAlign = Math.max(member.aligned, this.alignOf(type));
      const offset = union ? 0 : roundUp(end, memberAlign);
      const size = member.flexible ? 0 : member.dims.reduce((product, dim) => product * dim, elementSize);
      if (offset > end && !union) holes.push({ after: previous, offset: end, size: offset - end, trailing: false });
      laid.push({
        name: member.name,
        field: member.field,
        offset,
        size,
        elementSize,
        dims: member.dims,
        flexible: member.flexible,
        type,
      });
      end = union ? Math.max(end, size) : offset + size;
      align = Math.max(align, memberAlign);
      previous = member.field.key;
    }
    const size = roundUp(end, align);
    if (size > end) holes.push({ after: previous, offset: end, size: size - end, trailing: true });
    return { size, align, members: laid, union, holes };
  }

  private type(member: Member): LaidType {
    const { type } = member;
    if (type.kind === "scalar") return type;
    if (type.kind === "reference") return { ...type, layout: this.struct(type.struct) };
    return { kind: type.kind, layout: this.aggregate(type.members, type.kind === "union", member.field.typeAligned) };
  }

  private alignOf(type: LaidType): number {
    if (type.kind !== "scalar") return type.layout.align;
    const bytes = width(type.scalar);
    return bytes === 8 ? this.abi.arch.align64 : bytes;
  }
}

/** Size of a scalar in bytes. */
export function width(scalar: ScalarType): number {
  if (scalar === "char") return 1;
  return Number(/\d+$/.exec(scalar)?.[0]) / 8;
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}

/** A text that is equal for layouts with the same names, types, offsets and sizes at all depths, and the same alignment. */
function signatureOf(layout: Layout): string {
  return `${contentSignature(layout)}/${layout.align}`;
}

function contentSignature(layout: Layout): string {
  let signature = "{";
  for (const { name, offset, type, dims, flexible } of layout.members) {
    signature += `${name ?? ""}@${offset}:`;
    if (type.kind === "scalar") signature += type.scalar;
    else signature += (type.kind === "reference" ? type.struct.key : type.kind) + contentSignature(type.layout);
    if (flexible || dims.length > 0) signature += `[${flexible ? "" : dims.join("][")}]`;
    signature += ";";
  }
  return `${signature}}${layout.size}`;
}
