/**
 * The structs of a version as format descriptions write them: every byte is a member or padding, nothing is left to alignment. The header
 * of a record is read with the record, so that structs of records begin behind it.
 */
import type { Expression } from "../../../runtime/expression.js";
import { RECORD_HEADER } from "../../../runtime/image-text.js";
import type { ScalarType } from "../../../runtime/integers.js";
import type { LaidMember, Layout } from "../../layout.js";
import type { Abi, Field, Struct } from "../../model.js";
import { fieldDoc } from "../types.js";
import type { Alternative, VersionFormat } from "./version-format.js";

export type Entry = { readonly kind: "padding"; readonly size: number } | MemberEntry;

export interface MemberEntry {
  readonly kind: "member";
  /** C name; a name of ours for an anonymous aggregate. */
  readonly name: string;
  /** An aggregate whose members are those of the one around it. */
  readonly anonymous: boolean;
  readonly field: Field;
  readonly type: ScalarType | Aggregate;
  readonly dims: readonly number[];
  /** Number of elements of a flexible array. */
  readonly count?: Expression;
  readonly doc: string;
}

export interface Aggregate {
  /** Unique in the version, in lower case. */
  readonly id: string;
  readonly union: boolean;
  /** Bytes, without a flexible array. */
  readonly size: number;
  readonly entries: readonly Entry[];
  readonly doc: string;
  /** The struct; nothing for an aggregate within one. */
  readonly struct?: Struct;
  /** One ABI that has it. */
  readonly abi: Abi;
}

export class Aggregates {
  private readonly known = new Map<string, Aggregate>();

  constructor(private readonly format: VersionFormat) {}

  /** All that were asked for, each behind those that it contains. */
  get all(): readonly Aggregate[] {
    return [...this.known.values()];
  }

  /** A struct behind the header of its record. */
  ofRecord(alternative: Alternative): Aggregate {
    return this.struct(alternative, true);
  }

  of(alternative: Alternative): Aggregate {
    return this.struct(alternative, false);
  }

  private struct(alternative: Alternative, headless: boolean): Aggregate {
    const { name, label, layout, struct, abis } = alternative;
    const only = this.format.alternatives(name).length === 1;
    // Structs that begin with a header stand within others as well, with a header of zeros.
    const whole = !headless && name !== RECORD_HEADER && beginsWithHeader(layout) ? "_with_header" : "";
    const id = `${name}${whole}${only ? "" : `_${label}`}`;
    const known = this.known.get(id);
    if (known) return known;
    const entries = this.entries(layout, alternative, id, headless);
    const size = layout.size - (headless ? this.headerSize : 0);
    const made = { id, union: false, size, entries, doc: struct.summary, struct, abi: abis[0] as Abi };
    this.known.set(id, made);
    return made;
  }

  private entries(layout: Layout, owner: Alternative, id: string, headless: boolean): Entry[] {
    const entries: Entry[] = [];
    let end = headless ? this.headerSize : 0;
    for (const member of layout.members) {
      const { type, offset, size } = member;
      const leading = headless && offset === 0;
      if (leading && type.kind === "reference" && type.struct.key === RECORD_HEADER) continue;
      if (!layout.union) {
        if (offset > end) entries.push({ kind: "padding", size: offset - end });
        end = offset + size;
      }
      entries.push(this.member(member, owner, id, leading));
    }
    if (!layout.union && layout.size > end) entries.push({ kind: "padding", size: layout.size - end });
    return entries;
  }

  private member(member: LaidMember, owner: Alternative, id: string, headless: boolean): MemberEntry {
    const { field, name, type, dims, flexible } = member;
    return {
      kind: "member",
      name: name ?? field.key,
      anonymous: name === null,
      field,
      type:
        type.kind === "scalar"
          ? type.scalar
          : this.inner(member, owner, `${id}_${field.key.replace(/^_+/, "")}`, headless),
      dims,
      ...(flexible && field.count !== undefined && { count: field.count }),
      doc: docOf(field, type.kind === "reference" ? type.struct.summary : ""),
    };
  }

  private inner({ type, field }: LaidMember, owner: Alternative, id: string, headless: boolean): Aggregate {
    if (type.kind === "scalar") throw new TypeError("a scalar has nothing within");
    if (type.kind === "reference") return this.struct(this.format.inner(type.struct, owner), headless);
    const aggregate = {
      id: id.toLowerCase(),
      union: type.kind === "union",
      size: type.layout.size,
      entries: this.entries(type.layout, owner, id, false),
      doc: field.doc,
      abi: owner.abis[0] as Abi,
    };
    this.known.set(aggregate.id, aggregate);
    return aggregate;
  }

  private get headerSize(): number {
    return this.format.alternatives(RECORD_HEADER)[0]?.layout.size ?? 0;
  }
}

const docs = new WeakMap<Field, string>();

/** A field says the same in all versions. */
function docOf(field: Field, fallback: string): string {
  const doc = docs.get(field) ?? fieldDoc(field, fallback);
  docs.set(field, doc);
  return doc;
}

function beginsWithHeader({ members: [first] }: Layout): boolean {
  if (first?.type.kind !== "reference") return false;
  return first.type.struct.key === RECORD_HEADER || beginsWithHeader(first.type.layout);
}
