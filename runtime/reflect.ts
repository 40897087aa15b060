/**
 * The members of a struct as one list, made once for each struct of an ABI. Everything that goes through the fields of structs at run time
 * is a filter of this list, so that a member has one path, one place and one meaning everywhere.
 */
import type { BoundStruct } from "./abi.js";
import type { FieldDescriptor, FieldMeaning, MemberDescriptor } from "./descriptor.js";
import type { Expression } from "./expression.js";
import { RECORD_HEADER } from "./image-text.js";
import type { BoundMember } from "./members.js";
import { type Scalar, scalar } from "./scalars.js";
import { decodeEscaped } from "./text.js";

/** What is in a member that is an aggregate, made when it is first asked for. */
interface Content {
  readonly struct: () => BoundStruct | undefined;
  readonly members: () => Members | undefined;
}

/**
 * A member at its place in a struct. Anonymous aggregates are no members: what is in them stands among the others.
 *
 * It is a class because V8 gives every object literal with getters a hidden class of its own, of about 2 KB.
 */
export class Member {
  /** C name in this version. */
  readonly name: string;
  /** Key in the schema, which is the same in all versions. */
  readonly key: string;
  /**
   * Keys from the struct on, e.g. `sock.linger.l_onoff` or `rlim[3].rlim_cur`. What is in the common part of a record with variants has the
   * path that it has in that part: `f_flags`.
   */
  readonly path: string;
  /** C names from the struct on: `common.f_flags`. */
  readonly cPath: string;
  /** Bytes from the start of the struct. */
  readonly offset: number;
  /** Bytes, all elements together; 0 for a flexible array. */
  readonly size: number;
  /** Explicit width (`u32`, `be16`, `char`), `struct NAME`, or `struct`/`union` for a nested aggregate. */
  readonly type: string;
  /** Declared C type, of one element. */
  readonly c: string;
  /** Elements in each dimension of an array. */
  readonly dims: readonly number[] | undefined;
  /** An array whose length the record's fields give; it takes no room in the struct. */
  readonly flexible: true | undefined;
  /** Of a flexible array: the number of its elements, by a field of the struct or a constant. */
  readonly count: Expression | undefined;
  /** Elements, those of several dimensions together; undefined for what is no array, and for a flexible one. */
  readonly length: number | undefined;
  /** Of a number or an array of numbers: how one is read and written. */
  readonly width: Scalar | undefined;
  /** What it means in this version. */
  readonly meaning: FieldMeaning;
  /** The field over all versions. */
  readonly field: FieldDescriptor;
  /** The struct in whose description it stands, which may be one within the other. */
  readonly owner: BoundStruct;
  /** Keys from the owner on, without elements of arrays: `u` for `vr[3].u`. */
  readonly ownPath: string;
  /** The unions without a name, or the one with a name, of which it is a part in the aggregate around it; outermost first. */
  readonly arms: readonly Arm[];
  /** Whether it is in a union, however far out. */
  readonly inUnion: boolean;
  /** Whether the bytes of all unions around it follow from it, if it is in any. */
  readonly isTelling: boolean;
  /** Whether it is in something that the checkpoint headers do not define. */
  readonly isForeign: boolean;
  /** Whether it is the header of the record: type and length. A header within another struct begins no record. */
  readonly isHeader: boolean;
  /** Whether it is the struct that all variants of a record begin with. */
  readonly isCommon: boolean;
  readonly #content: Content;

  constructor(own: Omit<Member, "struct" | "members" | "within" | "element">, content: Content) {
    this.name = own.name;
    this.key = own.key;
    this.path = own.path;
    this.cPath = own.cPath;
    this.offset = own.offset;
    this.size = own.size;
    this.type = own.type;
    this.c = own.c;
    this.dims = own.dims;
    this.flexible = own.flexible;
    this.count = own.count;
    this.length = own.length;
    this.width = own.width;
    this.meaning = own.meaning;
    this.field = own.field;
    this.owner = own.owner;
    this.ownPath = own.ownPath;
    this.arms = own.arms;
    this.inUnion = own.inUnion;
    this.isTelling = own.isTelling;
    this.isForeign = own.isForeign;
    this.isHeader = own.isHeader;
    this.isCommon = own.isCommon;
    this.#content = content;
  }

  /** The struct that it is, or that its elements are, if it has a name. */
  get struct(): BoundStruct | undefined {
    return this.#content.struct();
  }

  /** What is in an aggregate; of an array of them what is in one element, with paths and offsets from the start of the element. */
  get members(): Members | undefined {
    return this.#content.members();
  }

  /** A member of an element of an array, with the place of that element counted in. */
  within(path: string, cPath: string, offset: number): Member {
    const place = { path: path + this.path, cPath: cPath + this.cPath, offset: offset + this.offset };
    return new Member({ ...this, ...place }, this.#content);
  }

  /** One of the elements of an array, those of several dimensions counted through. */
  element(i: number): Member {
    const size = this.width?.size ?? this.members?.size ?? 0;
    const place = { path: `${this.path}[${i}]`, cPath: `${this.cPath}[${i}]`, offset: this.offset + i * size };
    return new Member({ ...this, ...OPTIONAL, ...place, size, length: undefined }, this.#content);
  }
}

/** One of the ways to see the bytes of a union. */
export interface Arm {
  /** The same object in all arms of one union. */
  readonly union: object;
  /** Place among the arms; 0 is the one that tells all bytes: the first of the longest that is no floating point number, which has many NaNs. */
  readonly rank: number;
}

/** The members of a struct, or of a nested aggregate. Lists are made when they are first asked for: most structs of most ABIs never are. */
export class Members {
  private known: readonly Slot[] | undefined;
  /** Members that were asked for. */
  private readonly byPath = new Map<string, Member | undefined>();
  private made: readonly Member[] | undefined;
  private flat: readonly Member[] | undefined;
  private numbers: readonly Member[] | undefined;
  private allKeys: ReadonlySet<string> | undefined;

  /**
   * @param bound members of the layout
   * @param size bytes of the struct or of one element
   * @param fields what the schema says about the members, by key
   * @param flattened makes the list of the places of direct members
   */
  constructor(
    private readonly bound: readonly BoundMember[],
    readonly size: number,
    private readonly fields: Readonly<Record<string, FieldDescriptor>>,
    private readonly flattened: () => readonly Slot[],
  ) {}

  private get slots(): readonly Slot[] {
    this.known ??= this.flattened();
    return this.known;
  }

  /** Those that a decoded value has, in the order of their offsets; what is in nested aggregates is at these. */
  get direct(): readonly Member[] {
    this.made ??= this.slots.map(({ member }) => member);
    return this.made;
  }

  /** Keys that members have in any version. */
  get keys(): ReadonlySet<string> {
    this.allKeys ??= new Set(keysOf(this.bound, this.fields));
    return this.allKeys;
  }

  /** The member of a path, which may be an array or an aggregate; undefined where this version has none. No path leads into an array. */
  at(path: string): Member | undefined {
    if (!this.byPath.has(path)) this.byPath.set(path, this.find(path));
    return this.byPath.get(path);
  }

  /** Fields of the common part go by their own paths, and by those in the part. */
  private find(path: string): Member | undefined {
    for (const slot of this.slots) {
      const { path: own, bound } = slot;
      if (own === path) return slot.member;
      const isWithin = path.startsWith(`${own}.`);
      if (bound.dims || bound.flexible || !(isWithin || bound.offset === 0)) continue;
      const { members, isCommon } = slot.member;
      const found = !isWithin
        ? isCommon && members?.at(path)
        : members?.at(isCommon ? path.slice(own.length + 1) : path);
      if (found) return found;
    }
    return undefined;
  }

  /** The array behind the last member, whose length the record says. */
  get tail(): Member | undefined {
    return this.bound.at(-1)?.flexible ? this.direct.at(-1) : undefined;
  }

  /** All members, outer ones before what is in them, arrays of aggregates taken apart. */
  get all(): readonly Member[] {
    this.flat ??= this.direct.flatMap(unfold);
    return this.flat;
  }

  /** Numbers, texts and arrays of numbers, however deep they are nested; without a flexible array. */
  get plain(): readonly Member[] {
    this.numbers ??= this.all.filter(({ width, flexible }) => width && !flexible);
    return this.numbers;
  }
}

const known = new WeakMap<BoundStruct, Members>();

/** The members of a struct of an ABI. */
export function membersOf(struct: BoundStruct): Members {
  let members = known.get(struct);
  if (!members) {
    const { entry, layout } = struct;
    const flattened = () => flatten(struct, layout.members, top(struct));
    members = new Members(layout.members, layout.size, entry.descriptor.fields, flattened);
    known.set(struct, members);
  }
  return members;
}

/** Value of a member: a number, an array of numbers, or the text of a `char` array with the NULs at its end. 64-bit numbers are bigints. */
export type MemberValue = number | bigint | readonly (number | bigint)[] | string;

/**
 * Reads a number, a text or an array of numbers.
 *
 * @param at where the struct begins in the view, in bytes
 * @param end where the bytes of the struct end in the view; undefined is returned for a member behind it
 */
export function readMember(
  { width, type, dims, length = 1, offset, size }: Member,
  view: DataView,
  at: number,
  littleEndian: boolean,
  end = view.byteLength,
): MemberValue | undefined {
  const start = at + offset;
  if (!width || start + size > end) return undefined;
  if (!dims) return width.read(view, start, littleEndian);
  if (type === "char") return decodeEscaped(new Uint8Array(view.buffer, view.byteOffset + start, size));
  return Array.from({ length }, (_, i) => width.read(view, start + i * width.size, littleEndian));
}

/** What is around members while they are collected. */
interface Surroundings {
  readonly path: string;
  readonly cPath: string;
  readonly offset: number;
  readonly owner: BoundStruct;
  readonly ownPath: string;
  readonly arms: readonly Arm[];
  readonly inUnion: boolean;
  readonly isTelling: boolean;
  readonly isForeign: boolean;
  /** Whether they are those of the struct itself. */
  readonly isTop: boolean;
}

function top(owner: BoundStruct): Surroundings {
  const isForeign = owner.entry.descriptor.external !== undefined;
  const nowhere = { path: "", cPath: "", offset: 0, ownPath: "" };
  return { ...nowhere, owner, arms: [], inUnion: false, isTelling: true, isForeign, isTop: true };
}

/** A place in a struct. Its member is made when it is first asked for. */
class Slot {
  readonly path: string;
  private made: Member | undefined;

  constructor(
    private readonly root: BoundStruct,
    readonly bound: BoundMember & { readonly name: string },
    private readonly around: Surroundings,
  ) {
    this.path = join(around.path, bound.key ?? bound.name);
  }

  get member(): Member {
    this.made ??= bind(this.root, this.bound, this.around);
    return this.made;
  }
}

/** The places of an aggregate, with those of anonymous ones in place of these. */
function flatten(struct: BoundStruct, members: readonly BoundMember[], around: Surroundings, union?: object): Slot[] {
  const ranks = union && ranked(members);
  return members.flatMap((member) => {
    const rank = ranks?.get(member) ?? 0;
    const here = union ? { ...around, ...inArm(around, { union, rank }) } : around;
    const { name } = member;
    if (name !== null) return new Slot(struct, { ...member, name }, here);
    const inner = { ...here, offset: here.offset + member.offset };
    return flatten(struct, member.members ?? [], inner, member.type === "union" ? member : undefined);
  });
}

function inArm(around: Surroundings, arm: Arm): Pick<Surroundings, "arms" | "inUnion" | "isTelling"> {
  return { arms: [...around.arms, arm], inUnion: true, isTelling: around.isTelling && arm.rank === 0 };
}

const NO_AGGREGATE: Content = { struct: () => undefined, members: () => undefined };
const OPTIONAL = { dims: undefined, flexible: undefined, count: undefined };

function bind(root: BoundStruct, member: BoundMember & { name: string }, around: Surroundings): Member {
  const { name, key = name, type, dims, size, flexible } = member;
  const isStruct = type.startsWith("struct ");
  // To describe a struct takes longer than all else here, and most members are not followed into theirs.
  const struct = once(() => (isStruct ? root.abi.describe(type.slice("struct ".length)) : undefined));
  const leading = around.isTop && member.offset === 0 && isStruct ? struct() : undefined;
  const isHeader = leading?.entry.key === RECORD_HEADER;
  const isCommon = leading !== undefined && !isHeader && membersOf(leading).direct[0]?.isHeader === true;
  const length = flexible ? undefined : dims?.reduce((product, dim) => product * dim, 1);
  const path = join(around.path, key);
  const cPath = join(around.cPath, name);
  const offset = around.offset + member.offset;
  const ownPath = join(around.ownPath, key);

  const own = { ...{ name, key, path, cPath, offset, length, ownPath, isHeader, isCommon }, width: scalar(type) };
  const parts = { ...OPTIONAL, ...member, ...around, ...own };
  if (!isStruct && !member.members) return new Member(parts, NO_AGGREGATE);

  /** What is around the members of the aggregate. */
  function inside(): Surroundings {
    const within = {
      ...{ ...around, path, cPath, offset, arms: [], isTop: false },
      owner: struct() ?? around.owner,
      ownPath: isStruct ? "" : ownPath,
      isForeign: around.isForeign || struct()?.entry.descriptor.external !== undefined,
    };
    // Paths in an element begin anew, and those of the common part count as the struct's own.
    if (dims || flexible) return { ...within, path: "", cPath: "", offset: 0 };
    return isCommon ? { ...within, path: "", isTop: true } : within;
  }

  const members = once(() => {
    const content = struct()?.layout.members ?? member.members;
    return (
      content &&
      new Members(
        content,
        struct()?.layout.size ?? size / (length ?? 1),
        struct()?.entry.descriptor.fields ?? member.field.fields ?? {},
        () => flatten(root, content, inside(), type === "union" ? member : undefined),
      )
    );
  });
  return new Member(parts, { struct, members });
}

/** Does the work when it is first asked for, and remembers the result. */
function once<T>(work: () => T): () => T {
  let done: { readonly result: T } | undefined;
  return () => {
    done ??= { result: work() };
    return done.result;
  };
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

/** The arms of a union in the order in which they speak for it. */
function ranked(members: readonly MemberDescriptor[]): Map<MemberDescriptor, number> {
  const longest = Math.max(...members.map(({ size }) => size));
  const isFloat = ({ type }: MemberDescriptor) => type === "f32" || type === "f64";
  const telling = members.find((member) => member.size === longest && !isFloat(member));
  const others = members.filter((member) => member !== telling);
  return new Map((telling ? [telling, ...others] : others).map((member, rank) => [member, rank]));
}

/** Keys of fields, those in anonymous aggregates among them. */
function keysOf(members: readonly BoundMember[], fields: Readonly<Record<string, FieldDescriptor>>): string[] {
  const inner = members.flatMap(({ name, members = [], field }) =>
    name === null ? keysOf(members, field.fields ?? {}) : [],
  );
  return [...Object.keys(fields), ...inner];
}

/** A member and all that is in it. */
function unfold(member: Member): Member[] {
  const { members, dims, length, flexible } = member;
  if (!members || flexible) return [member];
  if (!dims) return [member, ...members.all];
  const elements = Array.from({ length: length ?? 0 }, (_, i) =>
    members.all.map((inner) =>
      inner.within(`${member.path}[${i}].`, `${member.cPath}[${i}].`, member.offset + i * members.size),
    ),
  );
  return [member, ...elements.flat()];
}
