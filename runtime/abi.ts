/** The ABI by names that are known at run time only. */
import type { NotImplementedCodec, StructCodec, StructView } from "./codec.js";
import type { LayoutDescriptor, MemberDescriptor, StructDescriptor } from "./descriptor.js";
import { UnknownNameError } from "./errors.js";
import type { GrammarEntry, ObjectEntry, RecordEntry, Tables } from "./tables.js";
import type { Target } from "./target.js";
import { inRanges, type Varying, type VersionOrder, valueAt } from "./varying.js";

/** A codec whose struct is chosen at run time: values are plain objects. */
// biome-ignore lint/suspicious/noExplicitAny: the type of the fields is known at run time only
export type AnyCodec = StructCodec<any, StructView>;

/** What generated code registers for a struct: its description and the codec class of each layout, in the same order. */
export interface StructEntry {
  readonly descriptor: StructDescriptor;
  readonly codecs: readonly (new (target: Target, struct?: string) => AnyCodec)[];
}

/** Makes the {@link Target} of a version on an architecture. */
export type TargetFactory = (version: string, arch: string) => Target;

/** All structs, tables and targets. */
export class Registry {
  private readonly order: VersionOrder;
  private readonly abis = new Map<string, Abi>();

  constructor(
    readonly tables: Tables,
    readonly structs: readonly StructEntry[],
    private readonly target: TargetFactory,
    private readonly notImplemented: new (target: Target, struct: string, reason: string) => NotImplementedCodec,
  ) {
    this.order = new Map(tables.versions.map((version, index) => [version.id, index]));
  }

  /** Ids of all versions, oldest first. */
  get versions(): string[] {
    return this.tables.versions.map((version) => version.id);
  }

  /** Ids of all architectures, or of those that a version has. */
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
    const abi = new Abi(this, this.target(version, arch), this.order, this.notImplemented);
    this.abis.set(name, abi);
    return abi;
  }
}

/** A struct as one ABI has it. */
export interface BoundStruct {
  /** C name in this version, with the variant for a configuration variant (`ckpt_hdr_cpu_vsx`). */
  readonly name: string;
  readonly entry: StructEntry;
  readonly layout: LayoutDescriptor;
}

/** One version on one architecture. */
export class Abi {
  private readonly bound = new Map<string, BoundStruct & { readonly index: number }>();
  private readonly codecs = new Map<string, AnyCodec>();
  /** Type texts of structs whose C name in this version is not their key. */
  private readonly renamed = new Map<string, string>();
  private recordTypes: Map<number, RecordEntry> | undefined;
  private objectTypes: Map<number, ObjectEntry> | undefined;
  private numbers: Map<string, number | bigint> | undefined;

  constructor(
    private readonly registry: Registry,
    readonly target: Target,
    private readonly order: VersionOrder,
    private readonly notImplemented: new (target: Target, struct: string, reason: string) => NotImplementedCodec,
  ) {
    for (const entry of registry.structs) {
      const index = entry.descriptor.layouts.findIndex((layout) => this.within(layout.abis[target.arch]));
      const layout = entry.descriptor.layouts[index];
      if (!layout) continue;
      const name = this.nameOf(entry.descriptor, layout);
      this.bound.set(name, { name, entry, layout, index });
      if (name !== entry.descriptor.key) this.renamed.set(`struct ${entry.descriptor.key}`, `struct ${name}`);
    }
    // Layouts are shared between versions and name nested structs by key: put the names of this version there.
    if (this.renamed.size > 0)
      for (const [name, bound] of this.bound)
        this.bound.set(name, { ...bound, layout: { ...bound.layout, members: this.named(bound.layout.members) } });
  }

  /** `version/arch` */
  get name(): string {
    return this.target.name;
  }

  /** Structs in the order of the schema. */
  get structs(): BoundStruct[] {
    return [...this.bound.values()];
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
    const bound = this.bound.get(name);
    const codec = bound ? this.instantiate(bound) : this.absent(name);
    this.codecs.set(name, codec);
    return codec;
  }

  /**
   * Description and layout of a struct.
   *
   * @throws {UnknownNameError} when this ABI has no such struct
   */
  describe(name: string): BoundStruct {
    const bound = this.bound.get(name);
    if (!bound) throw new UnknownNameError("struct", name, [...this.bound.keys()], this.whyUnknown(name));
    return bound;
  }

  /** The struct of a schema key (its newest C name) on this architecture, whatever it is called in this version. */
  structOfKey(key: string): BoundStruct | undefined {
    const candidates = this.structs.filter(({ entry }) => entry.descriptor.key === key);
    return candidates[0];
  }

  /** Every enumerator and integer define of the headers, by C name. */
  get constants(): ReadonlyMap<string, number | bigint> {
    if (this.numbers) return this.numbers;
    const numbers = new Map<string, number | bigint>();
    for (const enumeration of this.registry.tables.enums)
      if (!enumeration.external)
        for (const { name, value } of enumeration.values) {
          const number = this.valueOf(value);
          if (number !== undefined) numbers.set(name, number);
        }
    for (const constant of this.registry.tables.constants) {
      const number = constant.external ? undefined : this.valueOf(constant.value);
      if (number !== undefined) numbers.set(constant.name, number);
    }
    this.numbers = numbers;
    return numbers;
  }

  /** A constant or enumerator by C name, those from outside the checkpoint headers included. */
  constant(name: string): number | bigint | undefined {
    const own = this.constants.get(name);
    if (own !== undefined) return own;
    const { constants, enums } = this.registry.tables;
    const constant = constants.find((candidate) => candidate.name === name);
    if (constant) return this.valueOf(constant.value);
    for (const enumeration of enums) {
      const value = enumeration.values.find((candidate) => candidate.name === name);
      if (value) return this.valueOf(value.value);
    }
    return undefined;
  }

  /** Record types of this version by number; reserved ones included. */
  get records(): ReadonlyMap<number, RecordEntry> {
    this.recordTypes ??= this.byNumber(this.registry.tables.records);
    return this.recordTypes;
  }

  /** Object types of this version by number. */
  get objects(): ReadonlyMap<number, ObjectEntry> {
    this.objectTypes ??= this.byNumber(this.registry.tables.objects);
    return this.objectTypes;
  }

  /** The order of the stream over all versions; {@link applies} says what holds in this one. */
  get grammar(): GrammarEntry {
    return this.registry.tables.grammar;
  }

  /** Whether something with a life and architectures exists in this ABI. */
  applies(item: {
    readonly since?: string | undefined;
    readonly until?: string | undefined;
    readonly arches?: readonly string[] | undefined;
  }): boolean {
    const now = this.order.get(this.target.version) as number;
    if (item.since !== undefined && now < (this.order.get(item.since) ?? 0)) return false;
    if (item.until !== undefined && now >= (this.order.get(item.until) ?? Infinity)) return false;
    return (
      item.arches === undefined ||
      item.arches.some((id) => id === this.target.arch || (id === this.target.family && !this.isArch(id)))
    );
  }

  valueOf<T>(varying: Varying<T>): T | undefined {
    return valueAt(varying, this.order, this.target.version, this.target.arch, this.target.family);
  }

  private byNumber<T extends { readonly number: Varying<number | bigint> }>(entries: readonly T[]): Map<number, T> {
    return new Map(
      entries.flatMap((entry) => {
        const number = this.valueOf(entry.number);
        return number === undefined ? [] : [[Number(number), entry] as const];
      }),
    );
  }

  private named(members: readonly MemberDescriptor[]): MemberDescriptor[] {
    return members.map((member) => ({
      ...member,
      type: this.renamed.get(member.type) ?? member.type,
      c: this.renamed.get(member.c) ?? member.c,
      ...(member.members && { members: this.named(member.members) }),
    }));
  }

  private isArch(id: string): boolean {
    return this.registry.tables.arches.some((arch) => arch.id === id);
  }

  private instantiate(bound: BoundStruct & { readonly index: number }): AnyCodec {
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
    if (!elsewhere) throw new UnknownNameError("struct", name, [...this.bound.keys()], this.whyUnknown(name));
    const arch = this.registry.tables.arches.find((candidate) => candidate.id === this.target.arch);
    const own = this.registry.structs.find(
      ({ descriptor }) => descriptor.key === name && descriptor.family === this.target.family,
    );
    const reason =
      arch?.absent[name]?.replace(/\.$/, "") ??
      (own ? "the struct exists in other versions only" : `the ${this.target.family} headers do not define it`);
    return new this.notImplemented(this.target, name, reason);
  }

  /** What a name that is unknown here is called in this version, or where it does exist. */
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

  /** `v16..v19, v21` for flags that say of each version whether it is meant. */
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

  /** Whether a version lies in ranges such as `v16..v19, v21..v21`. */
  private within(ranges: string | undefined, version = this.target.version): boolean {
    return inRanges(ranges, this.order, version);
  }
}

/** Every C name that a struct had. */
function namesOf({ key, layouts }: StructDescriptor): string[] {
  return [key, ...layouts.flatMap(({ names = [] }) => names.map(([, name]) => name))];
}
