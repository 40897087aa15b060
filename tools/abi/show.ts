/** A struct of one ABI as data: its layout in the form of the measured files, with its documentation. */
import type { Abi, BoundMember, BoundStruct, Confidence, FieldMeaning, Registry } from "../../runtime/index.js";
import { sizesByKernel } from "../image/abi/kernel-sizes.js";
import { type CType, cType } from "./c-type.js";
import { life, noteIn, rangeText, type VersionNote } from "./history.js";
import { type Padding, paddingOf } from "./padding.js";
import { type RecordUse, recordsOf } from "./records.js";

export interface ShownStruct {
  /** C name in this version, with the variant for a configuration variant. */
  readonly name: string;
  readonly doc: string;
  /** What a userspace tool needs the struct for. */
  readonly purpose: string;
  /** Kernel configuration that has this form of the struct. */
  readonly variant?: string;
  /** Defined outside the checkpoint headers. */
  readonly external?: "libc" | "kernel";
  readonly confidence?: Confidence;
  readonly note?: VersionNote;
  /** Records of an image that contain it. */
  readonly records?: readonly RecordUse[];
  /** First version that has it, on any architecture. */
  readonly since: string;
  /** First version that no longer has it. */
  readonly until?: string;
  /** Its page in the reference, with this layout selected. */
  readonly reference: string;
  /** Versions with exactly this layout on this architecture. */
  readonly layout: string;
  /** Size in bytes, with trailing padding. */
  readonly size: number;
  readonly align: number;
  /** For a kernel struct that images hold as it is in memory: its size including what the kernel keeps after the members. */
  readonly kernels?: readonly ShownKernelSize[];
  readonly padding: readonly Padding[];
  readonly members: readonly ShownMember[];
}

interface Shown extends Omit<FieldMeaning, "doc"> {
  /** C name; null for an anonymous aggregate. */
  readonly name: string | null;
  /** Key in the schema, which stays when the C name changes; omitted if it is the name. */
  readonly key?: string;
  /** Offset in bytes from the start of the enclosing aggregate. */
  readonly offset: number;
  /** Size in bytes of all elements; 0 for a flexible array. */
  readonly size: number;
  /** Declared C type of one element. */
  readonly c: string;
  readonly dims?: readonly number[];
  readonly element_size?: number;
  readonly flexible?: true;
  readonly doc: string;
  readonly note?: VersionNote;
  /** First version that has it, if its struct is older. */
  readonly since?: string;
  /** First version that no longer has it. */
  readonly until?: string;
}

/** A member of a plain type or a named struct. */
interface ShownValue extends Shown, CType {}

/** A nested struct or union with its own members. */
interface ShownAggregate extends Shown {
  readonly kind: "struct" | "union";
  readonly padding?: readonly Padding[];
  readonly members: readonly ShownMember[];
}

export type ShownMember = ShownValue | ShownAggregate;

/**
 * One struct by its C name in this version.
 *
 * @throws {UnknownNameError} when the version has no such struct
 * @throws {NotImplementedError} when it has, but not on this architecture
 */
export function showStruct(registry: Registry, abi: Abi, name: string): ShownStruct {
  // For a struct that only this architecture lacks, reading the size throws an error with the reason.
  void abi.struct(name).size;
  return showBound(registry, abi, abi.describe(name));
}

interface ShownKernelSize {
  /** The first release with this size, e.g. `2.6.33`. */
  readonly since: string;
  /** Size in bytes. */
  readonly size: number;
}

/** All structs in the order of the schema. */
export function showStructs(registry: Registry, abi: Abi): ShownStruct[] {
  return abi.structs.map((struct) => showBound(registry, abi, struct));
}

/** Data of a struct that was already looked up. */
export function showBound(registry: Registry, abi: Abi, bound: BoundStruct): ShownStruct {
  const { descriptor } = bound.entry;
  const { size, align, members, abis } = bound.layout;
  const { versions } = registry;
  const note = noteIn(descriptor.notes, versions, abi.target.version);
  const records = recordsOf(abi, bound);
  const kernels = sizesByKernel(bound, abi.target.bits / 8);
  return {
    name: bound.name,
    doc: descriptor.summary,
    purpose: descriptor.purpose,
    ...(descriptor.variant !== undefined && { variant: descriptor.variant }),
    ...(descriptor.external && { external: descriptor.external }),
    ...(descriptor.confidence && { confidence: descriptor.confidence }),
    ...(note && { note }),
    ...(records.length > 0 && { records }),
    ...life(descriptor, versions),
    reference: `${descriptor.page}#${abi.name}`,
    layout: rangeText(abis[abi.target.arch] ?? ""),
    size,
    align,
    ...(kernels && { kernels: kernels.map(({ since, size }) => ({ since: since.join("."), size })) }),
    padding: paddingOf("struct", members, size),
    members: shownMembers(members, { abi, versions }),
  };
}

interface Context {
  readonly abi: Abi;
  readonly versions: readonly string[];
}

function shownMembers(members: readonly BoundMember[], context: Context): ShownMember[] {
  return members.map((member) => {
    const shown = shownMember(member, context);
    if (!member.members) return { ...shown, ...cType(shown.c, member.type) };
    const kind = member.type as "struct" | "union";
    const padding = paddingOf(kind, member.members, shown.element_size ?? member.size);
    return {
      ...shown,
      kind,
      ...(padding.length > 0 && { padding }),
      members: shownMembers(member.members, context),
    };
  });
}

function shownMember(member: BoundMember, { abi, versions }: Context): Shown {
  const { doc, ...facts } = member.meaning;
  const { notes, since, until } = member.field;
  const note = noteIn(notes, versions, abi.target.version);
  const struct = abi.structs.find(({ name }) => member.type === `struct ${name}`);
  const isArray = member.flexible || member.dims !== undefined;
  return {
    name: member.name,
    ...(member.key !== undefined && { key: member.key }),
    offset: member.offset,
    size: member.size,
    c: struct ? `struct ${struct.name}` : member.c,
    ...(isArray && { dims: member.flexible ? [0] : member.dims, element_size: elementSize(member, struct) }),
    ...(member.flexible && { flexible: true }),
    // A struct member without documentation of its own gets that of the struct.
    doc: doc || (struct?.entry.descriptor.summary ?? ""),
    ...facts,
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
    ...(note && { note }),
  };
}

function elementSize({ size, type, dims, flexible }: BoundMember, struct: BoundStruct | undefined): number {
  if (!flexible) return size / (dims ?? []).reduce((product, dim) => product * dim, 1);
  return struct ? struct.layout.size : type === "char" ? 1 : Number(/\d+$/.exec(type)?.[0]) / 8;
}
