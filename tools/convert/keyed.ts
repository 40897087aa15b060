/**
 * Values of structs by the keys of the schema, which hold in every version: the counterpart of {@link Shape}, which writes them. Record headers
 * are left out, and what a variant shares with all others stands among its own fields.
 */
import type { Abi, BoundStruct, FieldMeaning, MemberDescriptor } from "../../runtime/index.js";

import { Cases } from "../image/cases.js";

// biome-ignore lint/suspicious/noExplicitAny: values of structs that are known at run time only
type Value = any;

export type Values = Record<string, unknown>;

const HEADER = "struct ckpt_hdr";

/** Takes one member out of a decoded value. */
type Taker = (value: Value, into: Values) => void;

/** A number, a text, bytes or an array in a struct. */
export interface Leaf {
  readonly path: string;
  readonly member: MemberDescriptor;
  readonly meaning: FieldMeaning | undefined;
  /** Of an array of structs: how its elements are read. */
  readonly element?: Keys | undefined;
}

/** How one struct of one ABI is read. */
export class Keys {
  readonly leaves: Leaf[] = [];
  /** Of a struct some of whose fields mean something only in some cases. */
  cases: Cases | undefined;
  private readonly takers: Taker[];

  private constructor(
    private readonly abi: Abi,
    members: readonly MemberDescriptor[],
    meanings: Meanings,
    private readonly base: string | undefined,
    prefix: string,
    isUnion = false,
  ) {
    this.takers = this.takersOf(members, meanings, prefix, isUnion);
  }

  /** @param base the struct of the common part, when it is a variant */
  static of(abi: Abi, struct: BoundStruct, base?: BoundStruct): Keys {
    const known = all.get(struct.layout) ?? new Map<string, Keys>();
    all.set(struct.layout, known);
    const id = `${abi.name} ${base?.name}`;
    let keys = known.get(id);
    if (!keys) {
      keys = new Keys(abi, struct.layout.members, struct.entry.descriptor.fields, base?.name, "");
      keys.cases = Cases.of(abi, struct);
      known.set(id, keys);
    }
    return keys;
  }

  /** A decoded value by schema keys; a new object, which may be changed. */
  read(value: Value): Values {
    const values: Values = {};
    for (const take of this.takers) take(value, values);
    return values;
  }

  private takersOf(members: readonly MemberDescriptor[], meanings: Meanings, prefix: string, union: boolean): Taker[] {
    const chosen = union ? [longest(members)] : members;
    return chosen.flatMap((member) =>
      member.flexible || member.type === HEADER ? [] : this.taker(member, meanings, prefix),
    );
  }

  private taker(member: MemberDescriptor, meanings: Meanings, prefix: string): Taker[] {
    const { name, type, members, dims } = member;
    const key = member.key ?? name ?? "";
    const meaning = meanings[key];
    if (name === null) return this.takersOf(members ?? [], meaning?.fields ?? {}, prefix, type === "union");
    const struct = type.startsWith("struct ") ? this.abi.describe(type.slice("struct ".length)) : undefined;
    if (struct && struct.name === this.base) {
      const common = this.takersOf(struct.layout.members, struct.entry.descriptor.fields, prefix, false);
      return common.map((take) => (value, into) => take(value[name], into));
    }
    // Paths in the elements of an array begin anew with each.
    const within = dims ? "" : `${prefix}${key}.`;
    const inner = struct
      ? new Keys(this.abi, struct.layout.members, struct.entry.descriptor.fields, undefined, within)
      : members && new Keys(this.abi, members, meaning?.fields ?? {}, undefined, within, type === "union");
    if (!inner || dims) this.leaves.push({ path: `${prefix}${key}`, member, meaning, element: inner });
    else this.leaves.push(...inner.leaves);
    const read = (value: Value) => {
      if (!inner) return value;
      return dims ? value.map((element: Value) => inner.read(element)) : inner.read(value);
    };
    return [
      (value, into) => {
        into[key] = read(value[name]);
      },
    ];
  }
}

type Meanings = Readonly<Record<string, FieldMeaning>>;

const all = new WeakMap<object, Map<string, Keys>>();

/** From the longest member of a union all its bytes follow. */
function longest(members: readonly MemberDescriptor[]): MemberDescriptor {
  return members.reduce((best, member) => (member.size > best.size ? member : best));
}
