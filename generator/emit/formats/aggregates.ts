/**
 * The structs of a version in the form that format descriptions need: every byte is a member or padding, and nothing is left to alignment. A record
 * header is read with the record, so structs of records begin after it.
 */
import type { Expression } from "../../../runtime/expression.js";
import { RECORD_HEADER } from "../../../runtime/image-text.js";
import type { ScalarType } from "../../../runtime/integers.js";
import type { LaidMember, Layout } from "../../layout.js";
import type { Abi, Arch, Field, Meaning, Struct } from "../../model.js";
import { fieldDoc } from "../types.js";
import type { Alternative, VersionFormat } from "./version-format.js";

export type FormatEntry = { readonly kind: "padding"; readonly size: number } | MemberEntry;

export interface MemberEntry {
  readonly kind: "member";
  /** C name; a generated name for an anonymous aggregate. */
  readonly name: string;
  /** Whether the members belong to the enclosing aggregate, as in C. */
  readonly anonymous: boolean;
  readonly field: Field;
  readonly meaning: Meaning;
  readonly type: ScalarType | FormatAggregate;
  readonly dims: readonly number[];
  /** Number of elements of a flexible array; absent for other members. */
  readonly count?: Expression;
  readonly doc: string;
}

export interface FormatAggregate {
  /** Unique in the version, in lower case. */
  readonly id: string;
  readonly union: boolean;
  /** Size in bytes, without a flexible array. */
  readonly size: number;
  readonly entries: readonly FormatEntry[];
  readonly doc: string;
  /** The struct; undefined for an aggregate nested in one. */
  readonly struct?: Struct;
  /** One of the architectures that have the aggregate. */
  readonly arch: Arch;
}

/** An aggregate with everything it consists of: unnamed nested aggregates, and other structs. */
interface Parts {
  readonly aggregate: FormatAggregate;
  readonly nested: FormatAggregate[];
  readonly structs: { readonly struct: Struct; readonly headless: boolean; readonly aggregate: FormatAggregate }[];
}

/** Aggregates of all versions by layout. Most structs do not change from version to version, so their descriptions are shared. */
export type AggregateStore = Map<Layout, Parts[]>;

export class Aggregates {
  private readonly known = new Map<string, FormatAggregate>();

  constructor(
    private readonly format: VersionFormat,
    private readonly store: AggregateStore,
  ) {}

  /** All requested aggregates, each after those that it contains. */
  get all(): readonly FormatAggregate[] {
    return [...this.known.values()];
  }

  /** The aggregate of a struct without the record header that it begins with. */
  ofRecord(alternative: Alternative): FormatAggregate {
    return this.struct(alternative, true);
  }

  of(alternative: Alternative): FormatAggregate {
    return this.struct(alternative, false);
  }

  private struct(alternative: Alternative, headless: boolean): FormatAggregate {
    const { name, label, layout, abis } = alternative;
    const only = this.format.alternatives(name).length === 1;
    // A struct that begins with a header may also be nested in another one; its header is zero there.
    const whole = !headless && name !== RECORD_HEADER && beginsWithHeader(layout) ? "_with_header" : "";
    const id = `${name}${whole}${only ? "" : `_${label}`}`;
    const known = this.known.get(id);
    if (known) return known;
    const { arch } = abis[0] as Abi;
    const earlier = this.store.get(layout) ?? [];
    const parts =
      earlier.find((one) => one.aggregate.id === id && one.aggregate.arch === arch && this.holds(one, alternative)) ??
      this.make(alternative, id, headless);
    if (!earlier.includes(parts)) this.store.set(layout, [...earlier, parts]);
    for (const aggregate of [...parts.nested, parts.aggregate]) this.known.set(aggregate.id, aggregate);
    return parts.aggregate;
  }

  /** Whether the fields have the same meaning in this version, and the nested structs are the same. */
  private holds({ aggregate, nested, structs }: Parts, owner: Alternative): boolean {
    const abi = owner.abis[0] as Abi;
    const meansSame = (entry: FormatEntry) =>
      entry.kind === "padding" || entry.meaning === entry.field.meanings.at(abi);
    return (
      [aggregate, ...nested].every(({ entries }) => entries.every(meansSame)) &&
      structs.every(
        ({ struct, headless, aggregate }) => this.struct(this.format.inner(struct, owner), headless) === aggregate,
      )
    );
  }

  private make(alternative: Alternative, id: string, headless: boolean): Parts {
    const { layout, struct, abis } = alternative;
    const nested: Parts["nested"] = [];
    const structs: Parts["structs"] = [];
    const maker = new EntryMaker(
      alternative,
      nested,
      (inner, isHeadless) => {
        const aggregate = this.struct(this.format.inner(inner, alternative), isHeadless);
        structs.push({ struct: inner, headless: isHeadless, aggregate });
        return aggregate;
      },
      this.headerSize,
    );
    const entries = maker.entries(layout, id, headless);
    const size = layout.size - (headless ? this.headerSize : 0);
    const { arch } = abis[0] as Abi;
    return { aggregate: { id, union: false, size, entries, doc: struct.summary, struct, arch }, nested, structs };
  }

  private get headerSize(): number {
    return this.format.alternatives(RECORD_HEADER)[0]?.layout.size ?? 0;
  }
}

class EntryMaker {
  constructor(
    private readonly owner: Alternative,
    private readonly nested: FormatAggregate[],
    private readonly struct: (struct: Struct, headless: boolean) => FormatAggregate,
    private readonly headerSize: number,
  ) {}

  entries(layout: Layout, id: string, headless: boolean): FormatEntry[] {
    const entries: FormatEntry[] = [];
    let end = headless ? this.headerSize : 0;
    for (const member of layout.members) {
      const { type, offset, size } = member;
      const leading = headless && offset === 0;
      if (leading && type.kind === "reference" && type.struct.key === RECORD_HEADER) continue;
      if (!layout.union) {
        if (offset > end) entries.push({ kind: "padding", size: offset - end });
        end = offset + size;
      }
      entries.push(this.member(member, id, leading));
    }
    if (!layout.union && layout.size > end) entries.push({ kind: "padding", size: layout.size - end });
    return entries;
  }

  private member(member: LaidMember, id: string, headless: boolean): MemberEntry {
    const { field, name, type, dims, flexible } = member;
    const abi = this.owner.abis[0] as Abi;
    return {
      kind: "member",
      name: name ?? field.key,
      anonymous: name === null,
      field,
      meaning: field.meanings.at(abi),
      type:
        type.kind === "scalar" ? type.scalar : this.inner(member, `${id}_${field.key.replace(/^_+/, "")}`, headless),
      dims,
      ...(flexible && field.count !== undefined && { count: field.count }),
      doc: fieldDoc(field, [abi], type.kind === "reference" ? type.struct.summary : ""),
    };
  }

  private inner({ type, field }: LaidMember, id: string, headless: boolean): FormatAggregate {
    if (type.kind === "scalar") throw new TypeError("a scalar has nothing within");
    if (type.kind === "reference") return this.struct(type.struct, headless);
    const abi = this.owner.abis[0] as Abi;
    const aggregate = {
      id: id.toLowerCase(),
      union: type.kind === "union",
      size: type.layout.size,
      entries: this.entries(type.layout, id, false),
      doc: field.meanings.at(abi).doc,
      arch: abi.arch,
    };
    this.nested.push(aggregate);
    return aggregate;
  }
}

function beginsWithHeader({ members: [first] }: Layout): boolean {
  if (first?.type.kind !== "reference") return false;
  return first.type.struct.key === RECORD_HEADER || beginsWithHeader(first.type.layout);
}
