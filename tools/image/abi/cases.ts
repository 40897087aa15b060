/**
 * Fields that mean something only in some cases, as the schema says: the kind of a signal decides which of its details there are, and a list
 * that does not exist has no length. What such a field holds in other cases is leftover memory.
 */
import type { Abi, BoundStruct, LayoutDescriptor } from "../../../runtime/index.js";
import { holds, type Scope } from "./evaluate.js";
import { memberAt, placeOf } from "./fields.js";
import type { ImageFormat } from "./format.js";

/** A field of the struct by its path of schema keys; undefined where there is none. */
export type FieldReader = (path: string) => number | bigint | undefined;

/** Bytes of a struct that mean nothing there. */
export interface Leftover {
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
  private readonly places = new Map<string, Leftover>();
  private readonly size: number;

  private constructor(abi: Abi, struct: BoundStruct) {
    this.size = struct.layout.size;
    this.cases = (struct.entry.descriptor.cases ?? []).map(({ name, when, members }) => {
      const paths = Object.entries(members).flatMap(([role, field]) => {
        const path = abi.valueOf(field);
        const found = path === undefined ? undefined : memberAt(abi, struct.layout, path);
        if (path === undefined || !found) return [];
        this.places.set(path, { offset: found.offset, size: found.member.size });
        return [[role, path] as const];
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

  /** Paths of the fields that mean nothing in a struct with these values. Their bytes may be those of another member of a union. */
  meaningless(read: FieldReader): string[] {
    const now = this.holdingNow(read);
    return [...this.naming].flatMap(([path, cases]) => (cases.some((each) => now.has(each)) ? [] : path));
  }

  /** Of those the ones whose bytes are leftover memory, because no field that shares them means something. */
  leftovers(read: FieldReader): string[] {
    const now = this.holdingNow(read);
    const used = this.cases.filter((each) => now.has(each)).flatMap(({ members }) => [...members.values()]);
    return this.meaningless(read).filter((path) => !used.some((other) => this.overlap(path, other)));
  }

  /** Where the fields lie that some case names. */
  get named(): Iterable<Leftover> {
    return this.places.values();
  }

  /**
   * The bytes of a struct with these values that mean nothing, ascending.
   *
   * @param matters whether what a field is in a case counts as a meaning; by default everything does
   */
  leftoverBytes(read: FieldReader, matters: (role: string) => boolean = () => true): Leftover[] {
    const now = this.holdingNow(read);
    const isLeft = new Uint8Array(this.size);
    const mark = (path: string, value: number) => {
      const { offset, size } = this.places.get(path) as Leftover;
      isLeft.fill(value, offset, offset + size);
    };
    for (const path of this.naming.keys()) mark(path, 1);
    for (const { members } of now) for (const [role, path] of members) if (matters(role)) mark(path, 0);
    const runs: Leftover[] = [];
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

  private overlap(path: string, other: string): boolean {
    const [a, b] = [this.places.get(path), this.places.get(other)] as [Leftover, Leftover];
    return a.offset < b.offset + b.size && b.offset < a.offset + a.size;
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
 * The bytes of a struct that mean nothing there.
 *
 * @param view has the struct at `at`; what lies behind `end` is not there
 * @param matters whether what a field is in a case counts as a meaning; by default everything does
 */
export function leftoversIn(
  { abi, littleEndian }: ImageFormat,
  struct: BoundStruct,
  view: DataView,
  at: number,
  end: number,
  matters?: (role: string) => boolean,
): Leftover[] {
  const cases = Cases.of(abi, struct);
  if (!cases) return [];
  const read: FieldReader = (path) => {
    const place = placeOf(abi, struct.layout, path);
    return place && at + place.offset + place.size <= end ? place.read(view, at, littleEndian) : undefined;
  };
  return cases.leftoverBytes(read, matters).flatMap(({ offset, size }) => {
    const length = Math.min(size, end - at - offset);
    return length > 0 ? { offset, size: length } : [];
  });
}
