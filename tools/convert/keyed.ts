/**
 * Values of structs by the keys of the schema, which hold in every version: the counterpart of {@link Shape}, which writes them. The header of
 * the record is left out, one in a nested struct is not, and what a variant shares with all others stands among its own fields.
 */
import type { Abi, BoundStruct, FieldMeaning, Member } from "../../runtime/index.js";

import { Cases } from "../image/abi/cases.js";

// biome-ignore lint/suspicious/noExplicitAny: values of structs that are known at run time only
type Value = any;

export type Values = Record<string, unknown>;

const HEADER = "struct ckpt_hdr";

/** Takes one member out of a decoded value. */
type Taker = (value: Value, into: Values) => void;

/** A number, a text, bytes or an array in a struct. */
export interface Leaf {
  readonly path: string;
  readonly member: Member;
  readonly meaning: FieldMeaning;
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
    members: readonly Member[],
    private readonly base: string | undefined,
    prefix: string,
    isUnion = false,
  ) {
    this.takers = this.takersOf(members, prefix, isUnion);
  }

  /** @param base the struct of the common part, when it is a variant */
  static of(abi: Abi, struct: BoundStruct, base?: BoundStruct): Keys {
    const known = all.get(struct.layout) ?? new Map<string, Keys>();
    all.set(struct.layout, known);
    const id = `${abi.name} ${base?.name}`;
    let keys = known.get(id);
    if (!keys) {
      keys = new Keys(abi, struct.layout.members, base?.name, "");
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

  private takersOf(members: readonly Member[], prefix: string, union: boolean): Taker[] {
    const chosen = union ? [longest(members)] : members;
    return chosen.flatMap((member) =>
      member.flexible || (member.type === HEADER && prefix === "") ? [] : this.taker(member, prefix),
    );
  }

  private taker(member: Member, prefix: string): Taker[] {
    const { name, type, members, dims, meaning } = member;
    const key = member.key ?? name ?? "";
    if (name === null) return this.takersOf(members ?? [], prefix, type === "union");
    const struct = type.startsWith("struct ") ? this.abi.describe(type.slice("struct ".length)) : undefined;
    if (struct && struct.name === this.base) {
      const common = this.takersOf(struct.layout.members, prefix, false);
      return common.map((take) => (value, into) => take(value[name], into));
    }
    // Paths in the elements of an array begin anew with each.
    const within = dims ? "" : `${prefix}${key}.`;
    const inner = struct
      ? new Keys(this.abi, struct.layout.members, undefined, within)
      : members && new Keys(this.abi, members, undefined, within, type === "union");
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

const all = new WeakMap<object, Map<string, Keys>>();

/** From the longest member of a union all its bytes follow. */
function longest(members: readonly Member[]): Member {
  return members.reduce((best, member) => (member.size > best.size ? member : best));
}
