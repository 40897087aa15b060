/** The ABI by names that are known only at run time. */
import type { NotImplementedCodec, StructCodec, StructView } from "./codec.js";
import type { LayoutDescriptor, MemberDescriptor, StructDescriptor } from "./descriptor.js";
import type { Enumeration } from "./enumeration.js";
import { UnknownNameError } from "./errors.js";
import { RECORD_HEADER } from "./image-text.js";
import { areFixed, type BoundLayout, bindLayout } from "./members.js";
import { Numbers } from "./numbers.js";
import type { EnumEntry, GrammarEntry, ObjectEntry, RecordEntry, Tables } from "./tables.js";
import type { Target } from "./target.js";
import {
  includesPosition,
  parseRanges,
  type Varying,
  type VersionOrder,
  type VersionRanges,
  valueAt,
} from "./varying.js";

/** A codec whose struct is chosen at run time: values are plain objects. */
// biome-ignore lint/suspicious/noExplicitAny: the type of the fields is known at run time only
export type AnyCodec = StructCodec<any, StructView>;

/** What generated code registers for a struct: its descriptor, and one codec class per layout in the order of `descriptor.layouts`. */
export interface StructEntry {
  /** Newest C name, as in the descriptor. Repeated here because the descriptor is loaded only when the struct is used. */
  readonly key: string;
  /** Kernel configuration that the struct belongs to, as in the descriptor. */
  readonly variant?: string;
  /** Whether some versions use a C name other than the key. */
  readonly renamed?: true;
  readonly descriptor: StructDescriptor;
  readonly codecs: readonly (new (target: Target, struct?: string) => AnyCodec)[];
}

/** Makes the {@link Target} of a version on an architecture. */
export type TargetFactory = (version: string, arch: string) => Target;

/** All structs, tables and targets of the schema. */
export class Registry {
  /** Position of each version in time. */
  readonly order: VersionOrder;
  /** Structs by schema key; a key has an entry per architecture family that defines the struct. */
  readonly byKey: ReadonlyMap<string, readonly StructEntry[]>;
  /** Structs whose C name changed. */
  readonly renamed: readonly StructEntry[];
  readonly numbers: Numbers;
  private namedRecords: ReadonlyMap<string, RecordEntry> | undefined;
  private readonly abis = new Map<string, Abi>();
  private readonly ranges = new Map<string, VersionRanges>();
  private readonly namingRenamed = new Map<LayoutDescriptor, boolean>();
  /** Layouts that are the same in all versions that have them. Most are; each is bound once and shared. */
  private readonly settled = new Map<LayoutDescriptor, BoundLayout>();

  constructor(
    readonly tables: Tables,
    readonly structs: readonly StructEntry[],
    private readonly target: TargetFactory,
    private readonly notImplemented: new (target: Target, struct: string, reason: string) => NotImplementedCodec,
  ) {
    this.order = new Map(tables.versions.map((version, index) => [version.id, index]));
    const byKey = new Map<string, StructEntry[]>();
    for (const entry of structs) byKey.set(entry.key, [...(byKey.get(entry.key) ?? []), entry]);
    this.byKey = byKey;
    this.renamed = structs.filter(({ renamed }) => renamed);
    this.numbers = new Numbers(tables);
  }

  /** Record types by name, without `CKPT_HDR_`. */
  get recordsByName(): ReadonlyMap<string, RecordEntry> {
    this.namedRecords ??= new Map(this.tables.records.map((entry) => [entry.name, entry]));
    return this.namedRecords;
  }

  /** Ids of all versions, oldest first. */
  get versions(): string[] {
    return this.tables.versions.map((version) => version.id);
  }

  /** Ids of all architectures, or of those that the given version supports. */
  arches(version?: string): string[] {
    return this.tables.arches
      .filter((arch) => version === undefined || arch.versions.includes(version))
      .map((arch) => arch.id);
  }

  /**
   * One version on one architecture.
   *
   * @throws {UnknownNameError} when there is no such version or architecture, or the version does not have the architecture
   */
  abi(version: string, arch: string): Abi {
    const name = `${version}/${arch}`;
    const known = this.abis.get(name);
    if (known) return known;
    if (!this.order.has(version)) throw new UnknownNameError("version", version, this.versions);
    const entry = this.tables.arches.find((candidate) => candidate.id === arch);
    if (!entry) throw new UnknownNameError("arch", arch, this.arches());
    if (!entry.versions.includes(version))
      throw new UnknownNameError("arch", arch, this.arches(version), `${version} does not have it`);
    const abi = new Abi(this, this.target(version, arch), this.notImplemented);
    this.abis.set(name, abi);
    return abi;
  }

  /**
   * One version on one architecture by its name, `version/arch`.
   *
   * @throws {UnknownNameError} when the name is not a version, a slash and an architecture of the version
   */
  named(name: string): Abi {
    const [version = "", arch, ...rest] = typeof name === "string" ? name.split("/") : [];
    if (arch !== undefined && rest.length === 0) return this.abi(version, arch);
    const known = this.tables.arches.flatMap(({ id, versions }) => versions.map((version) => `${version}/${id}`));
    throw new UnknownNameError(
      "ABI",
      name,
      known,
      "the name of an ABI is a version and an architecture, such as v21/x86_64",
    );
  }

  /**
   * A layout with the names and meanings of one version on one architecture.
   *
   * @param typeNames returns the C type names of the version by the type texts of descriptors, which name structs by key
   */
  bindLayout(
    layout: LayoutDescriptor,
    { fields }: StructDescriptor,
    typeNames: () => ReadonlyMap<string, string>,
    resolve: <T>(varying: Varying<T>) => T | undefined,
  ): BoundLayout {
    const known = this.settled.get(layout);
    if (known) return known;
    const renamed = this.namesRenamed(layout);
    const bound = bindLayout(layout, fields, renamed ? typeNames() : new Map(), resolve);
    if (!renamed && areFixed(fields)) this.settled.set(layout, bound);
    return bound;
  }

  /** Whether a layout names a struct whose C name changed. */
  private namesRenamed(layout: LayoutDescriptor): boolean {
    const known = this.namingRenamed.get(layout) ?? this.nameRenamed(layout.members);
    this.namingRenamed.set(layout, known);
    return known;
  }

  private nameRenamed(members: readonly MemberDescriptor[]): boolean {
    return members.some(
      ({ c, type, members: inner }) =>
        this.renamed.some(({ key }) => type === `struct ${key}` || c === `struct ${key}`) ||
        (inner !== undefined && this.nameRenamed(inner)),
    );
  }

  /** Whether `version` lies in version ranges such as `v16..v19, v21..v21`. */
  within(ranges: string | undefined, version: string): boolean {
    if (ranges === undefined) return false;
    const known = this.ranges.get(ranges) ?? parseRanges(ranges, this.order);
    this.ranges.set(ranges, known);
    return includesPosition(known, this.order.get(version) ?? Number.NaN);
  }
}

/** A struct of one ABI. */
export interface BoundStruct {
  readonly abi: Abi;
  /** C name in this version, with the variant for a configuration variant (`ckpt_hdr_cpu_vsx`). */
  readonly name: string;
  readonly entry: StructEntry;
  /** Size, alignment and members, with the names and meanings of this ABI. */
  readonly layout: BoundLayout;
  /** The layout as the descriptor has it: types are named by schema keys. It needs no binding, which takes most of the time of a first use. */
  readonly unbound: LayoutDescriptor;
}

/** The layout is bound on first use: lists of structs need only the names. */
class Bound implements BoundStruct {
  private bound: BoundLayout | undefined;

  constructor(
    readonly abi: Abi,
    readonly name: string,
    readonly entry: StructEntry,
    /** Position of both the layout and its codec class. */
    readonly index: number,
    readonly unbound: LayoutDescriptor,
    private readonly bindLayout: () => BoundLayout,
  ) {}

  get layout(): BoundLayout {
    this.bound ??= this.bindLayout();
    return this.bound;
  }
}

/** One version on one architecture. Structs and numbers are bound on first use: a program uses few of the many ABIs. */
export class Abi {
  private readonly bound = new Map<StructEntry, Bound | undefined>();
  private names: ReadonlyMap<string, Bound> | undefined;
  private readonly codecs = new Map<string, AnyCodec>();
  private readonly enumerations = new Map<string, Enumeration>();
  private renamed: ReadonlyMap<string, string> | undefined;
  private recordTypes: Map<number, RecordEntry> | undefined;
  private objectTypes: Map<number, ObjectEntry> | undefined;
  private numbers: Map<string, number | bigint> | undefined;

  constructor(
    private readonly registry: Registry,
    readonly target: Target,
    private readonly notImplemented: new (target: Target, struct: string, reason: string) => NotImplementedCodec,
  ) {}

  /** `version/arch` */
  get name(): string {
    return this.target.name;
  }

  /** Structs in the order of the schema. */
  get structs(): BoundStruct[] {
    return [...this.byName.values()];
  }

  /**
   * The codec of a struct by its C name in this version. A struct that only this architecture lacks gives a codec whose use throws
   * {@link NotImplementedError}.
   *
   * @throws {UnknownNameError} when the version has no such struct on any architecture
   */
  struct(name: string): AnyCodec {
    const known = this.codecs.get(name);
    if (known) return known;
    const bound = this.byName.get(name);
    const codec = bound ? this.instantiate(bound) : this.absent(name);
    this.codecs.set(name, codec);
    return codec;
  }

  /**
   * The codec of a record by its name, without `CKPT_HDR_`: that of its struct, whatever the C name of the struct is in this version. If the record
   * has several structs, it is that of the struct that all of them begin with; if it has none, that of the header. A struct that this ABI lacks gives
   * a codec whose use throws {@link NotImplementedError}.
   *
   * @throws {UnknownNameError} when this version has no such record
   */
  record(name: string): AnyCodec {
    const entry = this.registry.recordsByName.get(name);
    if (!entry || this.recordNumber(name) === undefined) {
      const known = [...this.records.values()].map((record) => record.name);
      throw new UnknownNameError("record", name, known, entry && `${this.target.version} does not have it`);
    }
    const { struct = RECORD_HEADER } = entry;
    return this.struct(this.structOfKey(struct)?.name ?? struct);
  }

  /**
   * Descriptor and layout of the struct with this C name.
   *
   * @throws {UnknownNameError} when this ABI has no such struct
   */
  describe(name: string): BoundStruct {
    // Most structs are named by their key; then the structs with other names need not be bound.
    const keyed = this.structOfKey(name);
    const bound = keyed?.name === name ? keyed : this.byName.get(name);
    if (!bound) throw new UnknownNameError("struct", name, [...this.byName.keys()], this.whyUnknown(name));
    return bound;
  }

  /** The struct with this schema key (its newest C name) on this architecture, whatever its C name is in this version. */
  structOfKey(key: string): BoundStruct | undefined {
    return this.boundOfKey(key);
  }

  /** The layout of the struct with this schema key as its descriptor has it, without names and meanings of this ABI. */
  layoutOfKey(key: string): LayoutDescriptor | undefined {
    return this.boundOfKey(key)?.unbound;
  }

  private boundOfKey(key: string): Bound | undefined {
    for (const entry of this.registry.byKey.get(key) ?? []) {
      const bound = this.bind(entry);
      if (bound) return bound;
    }
    return undefined;
  }

  /** All enumerators and integer defines of the checkpoint headers of this ABI, by C name. */
  get constants(): ReadonlyMap<string, number | bigint> {
    this.numbers ??= this.registry.numbers.own((value) => this.valueOf(value));
    return this.numbers;
  }

  /** Value of a constant or enumerator by C name, including those from outside the checkpoint headers; undefined if this ABI has none. */
  constant(name: string): number | bigint | undefined {
    return this.registry.numbers.find(name, (value) => this.valueOf(value));
  }

  /**
   * Values by C name of an enumeration of the schema, such as `vma_type` or `vm_flags`, in this ABI; empty if this ABI has none of its values.
   *
   * @example nameOf(abi("v21/x86_64").enumeration("vma_type"), 3) // "CKPT_VMA_FILE"
   * @throws {UnknownNameError} when no version has such an enumeration
   */
  enumeration(name: string): Enumeration {
    const known = this.enumerations.get(name);
    if (known) return known;
    const entry = this.enumEntry(name);
    if (!entry && !this.registry.tables.enums.some((other) => other.name === name)) {
      const names = this.registry.tables.enums.map((other) => other.name);
      throw new UnknownNameError("enumeration", name, [...new Set(names)]);
    }
    const values = (entry?.values ?? []).flatMap((enumerator) => {
      const value = this.valueOf(enumerator.value);
      return value === undefined ? [] : [[enumerator.name, value] as const];
    });
    const enumeration = Object.freeze(Object.fromEntries(values));
    this.enumerations.set(name, enumeration);
    return enumeration;
  }

  /** The entry of an enumeration in the tables: that of the architecture family if there is one. Undefined if there is none for this family. */
  enumEntry(name: string): EnumEntry | undefined {
    const all = this.registry.tables.enums.filter((entry) => entry.name === name);
    return all.find(({ family }) => family === this.target.family) ?? all.find(({ family }) => family === undefined);
  }

  /** Number of a record type (name without `CKPT_HDR_`); undefined if this version does not have it. */
  recordNumber(name: string): number | undefined {
    const entry = this.registry.recordsByName.get(name);
    const number = entry && this.valueOf(entry.number);
    return number === undefined ? undefined : Number(number);
  }

  /** Record types of this version by number, including reserved ones. */
  get records(): ReadonlyMap<number, RecordEntry> {
    this.recordTypes ??= this.byNumber(this.registry.tables.records);
    return this.recordTypes;
  }

  /** Object types of this version by number. */
  get objects(): ReadonlyMap<number, ObjectEntry> {
    this.objectTypes ??= this.byNumber(this.registry.tables.objects);
    return this.objectTypes;
  }

  /** The grammar of the record stream over all versions; {@link applies} says which nodes exist in this ABI. */
  get grammar(): GrammarEntry {
    return this.registry.tables.grammar;
  }

  /** Whether an item of the schema with `since`, `until` and `arches` exists in this ABI. */
  applies(item: {
    readonly since?: string | undefined;
    readonly until?: string | undefined;
    readonly arches?: readonly string[] | undefined;
  }): boolean {
    const { order } = this.registry;
    const now = order.get(this.target.version) as number;
    if (item.since !== undefined && now < (order.get(item.since) ?? 0)) return false;
    if (item.until !== undefined && now >= (order.get(item.until) ?? Infinity)) return false;
    return (
      item.arches === undefined ||
      item.arches.some((id) => id === this.target.arch || (id === this.target.family && !this.isArch(id)))
    );
  }

  valueOf<T>(varying: Varying<T>): T | undefined {
    return valueAt(varying, this.registry.order, this.target.version, this.target.arch, this.target.family);
  }

  private byNumber<T extends { readonly number: Varying<number | bigint> }>(entries: readonly T[]): Map<number, T> {
    return new Map(
      entries.flatMap((entry) => {
        const number = this.valueOf(entry.number);
        return number === undefined ? [] : [[Number(number), entry] as const];
      }),
    );
  }

  private get byName(): ReadonlyMap<string, Bound> {
    if (this.names) return this.names;
    const names = new Map<string, Bound>();
    for (const entry of this.registry.structs) {
      const bound = this.bind(entry);
      if (bound) names.set(bound.name, bound);
    }
    this.names = names;
    return names;
  }

  private bind(entry: StructEntry): Bound | undefined {
    if (this.bound.has(entry)) return this.bound.get(entry);
    const { layouts } = entry.descriptor;
    const index = layouts.findIndex((layout) => this.within(layout.abis[this.target.arch]));
    const layout = layouts[index];
    const name = layout && this.nameOf(entry.descriptor, layout);
    const bound =
      layout && name !== undefined
        ? new Bound(this, name, entry, index, layout, () => this.layoutOf(entry, layout))
        : undefined;
    this.bound.set(entry, bound);
    return bound;
  }

  private layoutOf({ descriptor }: StructEntry, layout: LayoutDescriptor): BoundLayout {
    return this.registry.bindLayout(
      layout,
      descriptor,
      () => this.typeNames,
      (varying) => this.valueOf(varying),
    );
  }

  /** C type names of this version by the type texts of descriptors, for structs whose C name in this version is not their key. */
  private get typeNames(): ReadonlyMap<string, string> {
    if (this.renamed) return this.renamed;
    const renamed = new Map<string, string>();
    for (const { descriptor } of this.registry.renamed) {
      const layout = descriptor.layouts.find((candidate) => this.within(candidate.abis[this.target.arch]));
      const name = layout && this.nameOf(descriptor, layout);
      if (name !== undefined && name !== descriptor.key) renamed.set(`struct ${descriptor.key}`, `struct ${name}`);
    }
    this.renamed = renamed;
    return renamed;
  }

  private isArch(id: string): boolean {
    return this.registry.tables.arches.some((arch) => arch.id === id);
  }

  private instantiate(bound: Bound): AnyCodec {
    const Codec = bound.entry.codecs[bound.index] as StructEntry["codecs"][number];
    const { variant } = bound.entry.descriptor;
    return new Codec(this.target, variant ? bound.name.slice(0, -variant.length - 1) : bound.name);
  }

  private absent(name: string): AnyCodec {
    const elsewhere = this.registry.structs.some(
      ({ descriptor }) =>
        descriptor.family !== undefined &&
        descriptor.key === name &&
        descriptor.layouts.some((layout) => Object.values(layout.abis).some((ranges) => this.within(ranges))),
    );
    if (!elsewhere) throw new UnknownNameError("struct", name, [...this.byName.keys()], this.whyUnknown(name));
    const arch = this.registry.tables.arches.find((candidate) => candidate.id === this.target.arch);
    const own = this.registry.structs.find(
      ({ descriptor }) => descriptor.key === name && descriptor.family === this.target.family,
    );
    const reason =
      arch?.absent[name]?.replace(/\.$/, "") ??
      (own ? "the struct exists only in other versions" : `the ${this.target.family} headers do not define it`);
    return new this.notImplemented(this.target, name, reason);
  }

  /** For an error message: the name that this version uses instead, or the ABIs in which the unknown name exists; empty if there are none. */
  private whyUnknown(name: string): string {
    const known = this.registry.structs.filter(({ descriptor }) => namesOf(descriptor).includes(name));
    const renamed = this.structs.find(({ entry }) => known.includes(entry));
    if (renamed) return `${this.target.version} calls it ${renamed.name}`;
    const places = this.registry.arches().flatMap((arch) => {
      const ranges = known.flatMap(({ descriptor }) => descriptor.layouts.map((layout) => layout.abis[arch]));
      const versions = this.registry.versions.map((version) => ranges.some((range) => this.within(range, version)));
      return versions.includes(true) ? [`${arch} ${this.rangesOf(versions)}`] : [];
    });
    return places.length > 0 ? `it exists on ${places.join("; ")}` : "";
  }

  /** Version ranges as text, e.g. `v16..v19, v21`, from one flag per version. */
  private rangesOf(meant: readonly boolean[]): string {
    const ids = this.registry.versions;
    const starts = ids.filter((_, i) => meant[i] && !meant[i - 1]);
    const ends = ids.filter((_, i) => meant[i] && !meant[i + 1]);
    return starts.map((start, i) => (start === ends[i] ? start : `${start}..${ends[i]}`)).join(", ");
  }

  private nameOf(descriptor: StructDescriptor, layout: LayoutDescriptor): string {
    const name = layout.names ? (this.valueOf(layout.names) ?? descriptor.key) : descriptor.key;
    return descriptor.variant && !name.endsWith(`_${descriptor.variant}`) ? `${name}_${descriptor.variant}` : name;
  }

  /** Whether `version` lies in version ranges such as `v16..v19, v21..v21`. */
  private within(ranges: string | undefined, version = this.target.version): boolean {
    return this.registry.within(ranges, version);
  }
}

/** All C names of a struct, in any version. */
function namesOf({ key, layouts }: StructDescriptor): string[] {
  return [key, ...layouts.flatMap(({ names = [] }) => names.map(([, name]) => name))];
}
