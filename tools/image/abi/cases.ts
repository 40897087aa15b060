/**
 * Fields that have a meaning only in some cases of the schema: the kind of a signal decides which of its details exist, and a list that does not
 * exist has no length. In other cases the bytes of such a field are leftover memory.
 */
import { type Abi, type BoundStruct, type Member, membersOf } from "../../../runtime/index.js";
import { holds, type Scope } from "./evaluate.js";
import { fieldPlaceOf } from "./fields.js";

/** Reads a field of a struct by its path of schema keys; undefined if the struct has none. */
export type FieldReader = (path: string) => number | bigint | undefined;

/** Bytes of a struct that have no meaning with its current values. */
interface MeaninglessBytes {
  /** Offset in bytes from the start of the struct. */
  readonly offset: number;
  /** Size in bytes. */
  readonly size: number;
}

interface Case {
  readonly name: string;
  holds(read: FieldReader): boolean;
  /** Paths of fields by their role in this case. */
  readonly members: ReadonlyMap<string, string>;
}

const NONE: ReadonlyMap<string, string> = new Map();

/** Why a member has no meaning: its bytes are leftover memory, or they overlap another member of the union, which has one. */
export type Unmeant = "leftover" | "overlaid";

/** Returns why a member of a struct with certain values has no meaning; undefined if it has one. */
export type Sense = (member: Pick<Member, "path" | "offset" | "size">) => Unmeant | undefined;

const MEANT: Sense = () => undefined;

/** The cases of one struct in one ABI. Fields are named by their paths of schema keys. */
export class Cases {
  private readonly cases: readonly Case[];
  /** The cases that name a field, by the path of the field. */
  private readonly naming = new Map<string, Case[]>();
  private readonly places = new Map<string, Member>();
  /** For a member, the path by which cases name it or an aggregate around it; undefined if none does. Filled on demand. */
  private readonly namedAs = new Map<string, string | undefined>();
  private readonly size: number;

  private constructor(struct: BoundStruct) {
    const { abi, entry, layout } = struct;
    this.size = layout.size;
    const list = membersOf(struct);
    this.cases = (entry.descriptor.cases ?? []).map(({ name, when, members }) => {
      const paths = Object.entries(members).flatMap(([role, field]) => {
        const path = abi.valueOf(field);
        const found = path === undefined ? undefined : list.at(path);
        if (path === undefined || !found) return [];
        this.places.set(path, found);
        return [[role, path] as const];
      });
      return { name, holds: (read) => holds(when, scopeOf(abi, read)), members: new Map(paths) };
    });
    for (const each of this.cases)
      for (const path of each.members.values()) this.naming.set(path, [...(this.naming.get(path) ?? []), each]);
  }

  /** The cases of a struct; undefined if all its fields always have a meaning. */
  static of(struct: BoundStruct): Cases | undefined {
    if (!struct.entry.descriptor.cases) return undefined;
    const cases = known.get(struct) ?? new Cases(struct);
    known.set(struct, cases);
    return cases;
  }

  /** Name of the first case that holds. */
  holding(read: FieldReader): string | undefined {
    return this.cases.find((each) => each.holds(read))?.name;
  }

  /** Paths of the fields of a case by their role in it; empty if there is no case of that name. */
  members(name: string): ReadonlyMap<string, string> {
    return this.cases.find((each) => each.name === name)?.members ?? NONE;
  }

  /** Says which members have no meaning in a struct with these values. */
  sense(read: FieldReader): Sense {
    const now = this.holdingNow(read);
    const used = [...now].flatMap(({ members }) =>
      [...members.values()].map((path) => this.places.get(path) as Member),
    );
    return (member) => {
      const name = this.nameOf(member.path);
      if (name === undefined || this.naming.get(name)?.some((each) => now.has(each))) return undefined;
      return used.some((other) => overlap(member, other)) ? "overlaid" : "leftover";
    };
  }

  /** Paths of the fields that have no meaning in a struct with these values. */
  meaningless(read: FieldReader): string[] {
    const sense = this.sense(read);
    return [...this.places].flatMap(([path, place]) => (sense(place) ? path : []));
  }

  /** Paths of the fields whose bytes are leftover memory in a struct with these values. */
  leftovers(read: FieldReader): string[] {
    const sense = this.sense(read);
    return [...this.places].flatMap(([path, place]) => (sense(place) === "leftover" ? path : []));
  }

  /** Whether a case names a member or an aggregate around it. */
  names({ path }: Pick<Member, "path">): boolean {
    return this.nameOf(path) !== undefined;
  }

  /** Members that some case names. */
  get named(): Iterable<Member> {
    return this.places.values();
  }

  /**
   * The bytes of a struct with these values that have no meaning, as ranges in ascending order.
   *
   * @param matters whether a field with this role has a meaning; by default all roles do
   */
  leftoverBytes(read: FieldReader, matters: (role: string) => boolean = () => true): MeaninglessBytes[] {
    const now = this.holdingNow(read);
    const isLeft = new Uint8Array(this.size);
    const mark = (path: string, value: number) => {
      const { offset, size } = this.places.get(path) as Member;
      isLeft.fill(value, offset, offset + size);
    };
    for (const path of this.naming.keys()) mark(path, 1);
    for (const { members } of now) for (const [role, path] of members) if (matters(role)) mark(path, 0);
    const runs: MeaninglessBytes[] = [];
    for (let start = isLeft.indexOf(1); start >= 0; ) {
      const end = isLeft.indexOf(0, start);
      runs.push({ offset: start, size: (end < 0 ? isLeft.length : end) - start });
      start = end < 0 ? -1 : isLeft.indexOf(1, end);
    }
    return runs;
  }

  private holdingNow(read: FieldReader): ReadonlySet<Case> {
    return new Set(this.cases.filter((each) => each.holds(read)));
  }

  private nameOf(path: string): string | undefined {
    if (!this.namedAs.has(path))
      this.namedAs.set(
        path,
        [...this.naming.keys()].find(
          (name) => path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`),
        ),
      );
    return this.namedAs.get(path);
  }
}

const known = new WeakMap<BoundStruct, Cases>();

function overlap(one: MeaninglessBytes, other: MeaninglessBytes): boolean {
  return one.offset < other.offset + other.size && other.offset < one.offset + one.size;
}

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

/** Reads fields of a struct at `at`; fields that end after `end` are undefined. */
function readerOf(struct: BoundStruct, view: DataView, at: number, end: number): FieldReader {
  const { littleEndian } = struct.abi.target;
  return (path) => {
    const place = fieldPlaceOf(struct, path);
    return place && at + place.offset + place.size <= end ? place.read(view, at, littleEndian) : undefined;
  };
}

/**
 * Says which members of a struct in an image have no meaning there.
 *
 * @param view has the struct at offset `at`; fields that end after `end` are undefined
 */
export function senseIn(struct: BoundStruct, view: DataView, at: number, end: number): Sense {
  return Cases.of(struct)?.sense(readerOf(struct, view, at, end)) ?? MEANT;
}

/**
 * The bytes of a struct in an image that have no meaning there.
 *
 * @param view has the struct at offset `at`; fields that end after `end` are undefined
 * @param matters whether a field with this role has a meaning; by default all roles do
 */
export function leftoversIn(
  struct: BoundStruct,
  view: DataView,
  at: number,
  end: number,
  matters?: (role: string) => boolean,
): MeaninglessBytes[] {
  const leftovers = Cases.of(struct)?.leftoverBytes(readerOf(struct, view, at, end), matters) ?? [];
  return leftovers.flatMap(({ offset, size }) => {
    const length = Math.min(size, end - at - offset);
    return length > 0 ? { offset, size: length } : [];
  });
}
