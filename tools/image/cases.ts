/**
 * Fields that mean something only in some cases, as the schema says: the kind of a signal decides which of its details there are, and a list
 * that does not exist has no length. What such a field holds in other cases is leftover memory.
 */
import type { Abi, BoundStruct, LayoutDescriptor } from "../../runtime/index.js";
import { holds, type Scope } from "./evaluate.js";
import { memberAt, placeOf } from "./fields.js";
import type { ImageFormat } from "./format.js";

/** A field of the struct by its path of schema keys; undefined where there is none. */
export type FieldReader = (path: string) => number | bigint | undefined;

/** A member of a struct that means nothing there. */
export interface Leftover {
  /** By schema keys. */
  readonly path: string;
  /** In bytes from the start of the struct. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
}

interface Case {
  readonly name: string;
  holds(read: FieldReader): boolean;
  /** Paths of fields by what they are in this case. */
  readonly members: ReadonlyMap<string, string>;
}

const NONE: ReadonlyMap<string, string> = new Map();

/** The cases of one struct in one ABI. */
export class Cases {
  private readonly cases: readonly Case[];
  /** By path of a field the cases that name it. */
  private readonly naming = new Map<string, Case[]>();

  private constructor(abi: Abi, struct: BoundStruct) {
    this.cases = (struct.entry.descriptor.cases ?? []).map(({ name, when, members }) => {
      const paths = Object.entries(members).flatMap(([role, field]) => {
        const path = abi.valueOf(field);
        return path === undefined || !memberAt(abi, struct.layout, path) ? [] : [[role, path] as const];
      });
      return { name, holds: (read) => holds(when, scopeOf(abi, read)), members: new Map(paths) };
    });
    for (const each of this.cases)
      for (const path of each.members.values()) this.naming.set(path, [...(this.naming.get(path) ?? []), each]);
  }

  /** Undefined for a struct whose fields always mean something. */
  static of(abi: Abi, struct: BoundStruct): Cases | undefined {
    if (!struct.entry.descriptor.cases) return undefined;
    const ofAbi = known.get(abi) ?? new WeakMap<LayoutDescriptor, Cases>();
    known.set(abi, ofAbi);
    const cases = ofAbi.get(struct.layout) ?? new Cases(abi, struct);
    ofAbi.set(struct.layout, cases);
    return cases;
  }

  /** Name of the first case that holds. */
  holding(read: FieldReader): string | undefined {
    return this.cases.find((each) => each.holds(read))?.name;
  }

  /** By what it is in a case: path of the field that holds it. */
  members(name: string): ReadonlyMap<string, string> {
    return this.cases.find((each) => each.name === name)?.members ?? NONE;
  }

  /** Paths of the fields that mean nothing in a struct with these values. */
  leftovers(read: FieldReader): string[] {
    const now = new Map(this.cases.map((each) => [each, each.holds(read)]));
    return [...this.naming].flatMap(([path, cases]) => (cases.some((each) => now.get(each)) ? [] : path));
  }
}

const known = new WeakMap<Abi, WeakMap<LayoutDescriptor, Cases>>();

function scopeOf(abi: Abi, read: FieldReader): Scope {
  const none = (name: string): never => {
    throw new TypeError(`${name} has no value in a struct, but the schema uses it in a case of one`);
  };
  return {
    field: (_record, path) => Number(read(path) ?? 0),
    constant: (name) => Number(abi.constant(name) ?? Number.NaN),
    variable: none,
    unseen: () => none("unseen()"),
    sum: () => none("sum()"),
  };
}

/**
 * The members of a struct that mean nothing there.
 *
 * @param view has the struct at `at`; what lies behind `end` is not there
 */
export function leftoversIn(
  { abi, littleEndian }: ImageFormat,
  struct: BoundStruct,
  view: DataView,
  at: number,
  end: number,
): Leftover[] {
  const cases = Cases.of(abi, struct);
  if (!cases) return [];
  const { layout } = struct;
  const read: FieldReader = (path) => {
    const place = placeOf(abi, layout, path);
    return place && at + place.offset + place.size <= end ? place.read(view, at, littleEndian) : undefined;
  };
  return cases.leftovers(read).flatMap((path) => {
    const found = memberAt(abi, layout, path);
    const size = found && Math.min(found.member.size, end - at - found.offset);
    return found && size !== undefined && size > 0 ? [{ path, offset: found.offset, size }] : [];
  });
}
