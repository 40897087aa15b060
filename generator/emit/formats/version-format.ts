/**
 * One version in the form that format descriptions for third-party tools need: its structs and records, and where architectures differ. A description
 * covers all architectures of its version, because most of it is the same on all.
 */
import type { Layout, Layouts } from "../../layout.js";
import { appliesTo, livesIn } from "../../life.js";
import {
  type Abi,
  type Arch,
  bindingName,
  type Constant,
  type Enumeration,
  type Enumerator,
  type Model,
  type Payload,
  type RecordType,
  type Struct,
  type Version,
} from "../../model.js";

/** One of the forms of a struct in a version. */
export interface Alternative {
  /** The architectures that have the form, as one word: `x86`, `s390x`, `x86_32_arm`. */
  readonly label: string;
  /** C name in this version. */
  readonly name: string;
  readonly struct: Struct;
  readonly layout: Layout;
  readonly abis: readonly Abi[];
}

/** A record type, and what its records consist of. */
export interface RecordFormat {
  readonly record: RecordType;
  readonly abis: readonly Abi[];
  /** All forms of its struct; empty for a bare header. */
  readonly bodies: readonly Alternative[];
  /** Structs of kernels with another configuration; the length of the record selects one. */
  readonly configurations: readonly Alternative[];
  /** Structs by the value of the field that selects them. */
  readonly variants: readonly { readonly value: number; readonly body: Alternative }[];
  readonly payload: Payload | undefined;
  /** The ABIs that have the payload; in most cases all of {@link abis}. */
  readonly payloadAbis: readonly Abi[];
}

export type NamedNumbers = ReadonlyMap<string, readonly (Constant | Enumerator)[]>;

export function namedNumbers({ constants, enums }: Model): NamedNumbers {
  const named = new Map<string, (Constant | Enumerator)[]>();
  for (const item of [...constants, ...enums.flatMap(({ values }) => values)])
    named.set(item.name, [...(named.get(item.name) ?? []), item]);
  return named;
}

export class VersionFormat {
  readonly abis: readonly Abi[];
  /** All structs, in the order of the schema. */
  readonly structs: readonly Alternative[];
  readonly records: readonly RecordFormat[];
  private readonly byName = new Map<string, Alternative[]>();
  /** Cached results of {@link applies}. */
  private readonly lives = new Map<string, readonly Abi[]>();
  private readonly byKey = new Map<string, Alternative[]>();

  constructor(
    readonly model: Model,
    layouts: Layouts,
    readonly version: Version,
    /** Constants and enumerators by name. */
    private readonly named: NamedNumbers,
  ) {
    this.abis = model.abis.filter((abi) => abi.version === version);
    const groups = new Map<string, Omit<Alternative, "label"> & { abis: Abi[] }>();
    for (const [struct, distinct] of layouts.distinct)
      for (const { id, layout, abis } of distinct)
        for (const abi of abis) {
          if (abi.version !== version) continue;
          const name = bindingName(struct, abi);
          const key = `${name} ${struct.family} ${id}`;
          const known = groups.get(key);
          if (known) known.abis.push(abi);
          else groups.set(key, { name, struct, layout, abis: [abi] });
        }
    for (const group of groups.values()) {
      const alternative = { ...group, label: this.labelOf(group.abis) };
      this.byName.set(group.name, [...(this.byName.get(group.name) ?? []), alternative]);
      this.byKey.set(group.struct.key, [...(this.byKey.get(group.struct.key) ?? []), alternative]);
    }
    this.structs = [...this.byName.values()].flat();
    this.records = model.records.flatMap((record) => this.recordFormat(record) ?? []);
  }

  /** The forms of a struct by its C name in this version. */
  alternatives(name: string): readonly Alternative[] {
    return this.byName.get(name) ?? [];
  }

  /** The forms of a struct by its key in the schema. */
  alternativesOf(key: string): readonly Alternative[] {
    return this.byKey.get(key) ?? [];
  }

  /**
   * The struct of a payload's elements; undefined for integers and for a struct that this version lacks. A struct that differs between architectures
   * is not described either, so its elements would be bytes; no payload has one.
   */
  element(of: string): Alternative | undefined {
    const [form, ...others] = this.alternativesOf(of);
    return others.length > 0 ? undefined : form;
  }

  /** Whether the elements of a payload are kernel structs, whose size depends on the kernel that wrote the image. */
  hasKernelSize({ of }: Payload): boolean {
    return of !== undefined && this.element(of)?.struct.private !== undefined;
  }

  /** The form of a struct that is nested in another one. */
  inner(struct: Struct, { abis }: Alternative): Alternative {
    const abi = abis[0] as Abi;
    return this.alternativesOf(struct.key).find(
      (own) => own.struct === struct && own.abis.includes(abi),
    ) as Alternative;
  }

  record(name: string): RecordFormat | undefined {
    return this.records.find(({ record }) => record.name === name);
  }

  /** The ABIs of this version in which something with a life and architectures exists. */
  applies(item: {
    readonly since?: string;
    readonly until?: string;
    readonly arches?: readonly string[];
  }): readonly Abi[] {
    const { since, until, arches } = item;
    const key = `${since} ${until} ${arches}`;
    let abis = this.lives.get(key);
    if (!abis) {
      abis = livesIn(this.model, this.version, item) ? this.abis.filter((abi) => appliesTo(this.model, abi, item)) : [];
      this.lives.set(key, abis);
    }
    return abis;
  }

  /** The ABI of this version on one of its architectures. */
  abiOf(arch: Arch): Abi {
    return this.abis.find((abi) => abi.arch === arch) as Abi;
  }

  /** The enumeration of a name in an ABI. */
  enumeration(name: string, abi: Abi): Enumeration | undefined {
    const { enums } = this.model;
    const own = enums.find((one) => one.name === name && one.family === abi.arch.family);
    return own ?? enums.find((one) => one.name === name && one.family === undefined);
  }

  /** Value of a constant or an enumerator in an ABI. */
  constant(name: string, abi: Abi): bigint | undefined {
    for (const item of this.named.get(name) ?? []) {
      const value = item.value.at(abi);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  private recordFormat(record: RecordType): RecordFormat | undefined {
    const abis = this.abis.filter((abi) => record.number.at(abi) !== undefined);
    if (abis.length === 0) return undefined;
    const here = (list: readonly Alternative[]) => list.filter((own) => own.abis.some((abi) => abis.includes(abi)));
    const bodies = record.struct === undefined ? [] : here(this.alternativesOf(record.struct));
    const payloadAbis = record.payload ? this.applies(record.payload).filter((abi) => abis.includes(abi)) : [];
    return {
      record,
      abis,
      bodies,
      configurations: here(this.structs.filter(({ struct }) => isConfigurationOf(struct, record))),
      variants: Object.entries(record.variants?.structs ?? {}).flatMap(([enumerator, key]) => {
        const value = this.constant(enumerator, abis[0] as Abi);
        const [body] = this.alternativesOf(key);
        return value === undefined || !body ? [] : [{ value: Number(value), body }];
      }),
      payload: payloadAbis.length > 0 ? record.payload : undefined,
      payloadAbis,
    };
  }

  private labelOf(abis: readonly Abi[]): string {
    const parts: string[] = [];
    const left = new Set(abis.map(({ arch }) => arch));
    for (const { family } of left) {
      const whole = this.abis.map(({ arch }) => arch).filter((arch) => arch.family === family);
      const own = [...left].filter((arch: Arch) => arch.family === family);
      parts.push(...(whole.length === own.length ? [family] : own.map(({ id }) => id)));
      for (const arch of own) left.delete(arch);
    }
    return parts.join("_");
  }
}

function isConfigurationOf({ key, variant }: Struct, { struct }: RecordType): boolean {
  return variant !== undefined && key === `${struct}_${variant}`;
}
