/**
 * The members of a struct as one list, built once per struct and ABI. All code that walks over the fields of structs at run time filters this list,
 * so that a member has the same path, offset and meaning everywhere.
 */
import type { BoundStruct } from "./abi.js";
import type { FieldDescriptor, FieldMeaning, MemberDescriptor } from "./descriptor.js";
import type { Expression } from "./expression.js";
import { RECORD_HEADER } from "./image-text.js";
import type { BoundMember } from "./members.js";
import { type Scalar, scalar } from "./scalars.js";
import { decodeEscaped } from "./text.js";

/** The contents of a member that is an aggregate, built on first use. */
interface Content {
  readonly struct: () => BoundStruct | undefined;
  readonly members: () => Members | undefined;
}

/**
 * A member of a struct, with its path and offset in that struct. Anonymous aggregates are not members: their members are listed in their place.
 *
 * It is a class because V8 gives every object literal with getters a hidden class of its own, of about 2 KB.
 */
export class Member {
  /** C name in this version. */
  readonly name: string;
  /** Key in the schema, which is the same in all versions. */
  readonly key: string;
  /**
   * Path of schema keys from the struct, e.g. `sock.linger.l_onoff` or `rlim[3].rlim_cur`. Members of the common part of a record with variants have
   * the path within that part: `f_flags`.
   */
  readonly path: string;
  /** Path of C names from the struct, e.g. `common.f_flags`. */
  readonly cPath: string;
  /** Bytes from the start of the struct. */
  readonly offset: number;
  /** Bytes of all elements together; 0 for a flexible array. */
  readonly size: number;
  /** Explicit width (`u32`, `be16`, `char`), `struct NAME`, or `struct`/`union` for a nested aggregate. */
  readonly type: string;
  /** Declared C type of one element. */
  readonly c: string;
  /** Elements in each dimension of an array. */
  readonly dims: readonly number[] | undefined;
  /** Set for an array whose length fields of the record determine; it takes no bytes in the struct. */
  readonly flexible: true | undefined;
  /** Number of elements of a flexible array, from a field of the struct or a constant. */
  readonly count: Expression | undefined;
  /** Number of elements over all dimensions; undefined for a flexible array and for a member that is not an array. */
  readonly length: number | undefined;
  /** How one number is read and written; undefined unless the member is a number or an array of numbers. */
  readonly width: Scalar | undefined;
  /** Meaning in this version. */
  readonly meaning: FieldMeaning;
  /** The field over all versions. */
  readonly field: FieldDescriptor;
  /** The struct whose descriptor describes the member; for a member of a nested struct, that struct. */
  readonly owner: BoundStruct;
  /** Path of schema keys from `owner`, without array indexes: `u` for `vr[3].u`. */
  readonly ownPath: string;
  /**
   * The union arms that contain the member within its enclosing aggregate, outermost first. The union is a named aggregate itself, or an anonymous
   * one in it.
   */
  readonly arms: readonly Arm[];
  /** Whether any enclosing aggregate is a union. */
  readonly inUnion: boolean;
  /** Whether the member, alone, determines all bytes of all unions around it. True for a member outside any union. */
  readonly isTelling: boolean;
  /** Whether the member is in a struct that the checkpoint headers do not define. */
  readonly isForeign: boolean;
  /** Whether the member is the header of the record: type and length. A header inside another nested struct does not begin a record. */
  readonly isHeader: boolean;
  /** Whether the member is the struct that all variants of a record begin with. */
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

  /** The named struct that the member, or each element of an array, is; undefined for other members. */
  get struct(): BoundStruct | undefined {
    return this.#content.struct();
  }

  /** Members of an aggregate; for an array, those of one element, with paths and offsets from the start of the element. */
  get members(): Members | undefined {
    return this.#content.members();
  }

  /** This member of an array element, moved to the place of that element: path prefixes and an offset in bytes are added. */
  within(path: string, cPath: string, offset: number): Member {
    const place = { path: path + this.path, cPath: cPath + this.cPath, offset: offset + this.offset };
    return new Member({ ...this, ...place }, this.#content);
  }

  /** One element of an array; `i` counts over all dimensions. */
  element(i: number): Member {
    const size = this.width?.size ?? this.members?.size ?? 0;
    const place = { path: `${this.path}[${i}]`, cPath: `${this.cPath}[${i}]`, offset: this.offset + i * size };
    return new Member({ ...this, ...OPTIONAL, ...place, size, length: undefined }, this.#content);
  }
}

/** One of the alternatives of a union. */
export interface Arm {
  /** Identifies the union: the same object in all of its arms. */
  readonly union: object;
  /**
   * Rank among the arms. Rank 0 determines all bytes: the first of the longest arms that is not a floating point number (a NaN has many encodings).
   */
  readonly rank: number;
}

/** The members of a struct or nested aggregate. Lists are built on first use: most structs of most ABIs are never listed. */
export class Members {
  private known: readonly Slot[] | undefined;
  /** Results of {@link at}, by path. */
  private readonly byPath = new Map<string, Member | undefined>();
  private made: readonly Member[] | undefined;
  private flat: readonly Member[] | undefined;
  private numbers: readonly Member[] | undefined;
  private allKeys: ReadonlySet<string> | undefined;

  /**
   * @param bound members of the layout
   * @param size bytes of the struct or of one element
   * @param fields descriptions of the members in the schema, by key
   * @param flattened builds the list of slots of the direct members
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

  /** Members of a decoded value, in the order of their offsets. Members of anonymous aggregates are included; a named aggregate is one member. */
  get direct(): readonly Member[] {
    this.made ??= this.slots.map(({ member }) => member);
    return this.made;
  }

  /** Keys that members have in any version. */
  get keys(): ReadonlySet<string> {
    this.allKeys ??= new Set(keysOf(this.bound, this.fields));
    return this.allKeys;
  }

  /**
   * The member at a path of schema keys, which may be an array or an aggregate; undefined if this version has none. Paths do not lead into arrays.
   */
  at(path: string): Member | undefined {
    if (!this.byPath.has(path)) this.byPath.set(path, this.find(path));
    return this.byPath.get(path);
  }

  /** Members of the common part are found by their path in it, with or without the prefix of the part. */
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

  /** The flexible array at the end of the struct; undefined if there is none. */
  get tail(): Member | undefined {
    return this.bound.at(-1)?.flexible ? this.direct.at(-1) : undefined;
  }

  /** All members at any depth: an aggregate before its members, and each element of an array of aggregates. */
  get all(): readonly Member[] {
    this.flat ??= this.direct.flatMap(unfold);
    return this.flat;
  }

  /** Numbers, texts and arrays of numbers at any depth; without the flexible array. */
  get plain(): readonly Member[] {
    this.numbers ??= this.all.filter(({ width, flexible }) => width && !flexible);
    return this.numbers;
  }
}

const known = new WeakMap<BoundStruct, Members>();

/** The members of a struct of an ABI. Cached per struct. */
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

/** Value of a member: a number, an array of numbers, or the text of a `char` array including NULs at its end. 64-bit numbers are bigints. */
export type MemberValue = number | bigint | readonly (number | bigint)[] | string;

/**
 * Reads a member that is a number, a text or an array of numbers; undefined for other members, and for one that ends after `end`.
 *
 * @param at offset of the struct in the view, in bytes
 * @param end offset in the view at which the bytes of the struct end
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

/** Properties that members inherit from the aggregates around them. */
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
  /** Whether the members belong to the struct itself, not to a nested aggregate. */
  readonly isTop: boolean;
}

function top(owner: BoundStruct): Surroundings {
  const isForeign = owner.entry.descriptor.external !== undefined;
  const nowhere = { path: "", cPath: "", offset: 0, ownPath: "" };
  return { ...nowhere, owner, arms: [], inUnion: false, isTelling: true, isForeign, isTop: true };
}

/** A member that is created on first use. */
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

/** The slots of an aggregate; an anonymous aggregate is replaced by its own slots. */
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
  // Lazy, because describing a struct is the slowest step here, and the contents of most members are never used.
  const struct = once(() => (isStruct ? root.abi.describe(type.slice("struct ".length)) : undefined));
  const leading = around.isTop && member.offset === 0 && isStruct ? struct() : undefined;
  const isHeader = leading?.entry.key === RECORD_HEADER;
  const isCommon = leading !== undefined && !isHeader && membersOf(leading).direct[0]?.isHeader === true;
  const length = flexible ? undefined : dims?.reduce((product, dim) => product * dim, 1);
  const path = join(around.path, key);
  const cPath = join(around.cPath, name);
  const offset = around.offset + member.offset;
  const ownPath = join(around.ownPath, key);

  // Every property is named: copying them with spreads would take most of the time of many commands.
  const parts = {
    name,
    key,
    path,
    cPath,
    offset,
    size,
    type,
    c: member.c,
    dims,
    flexible,
    count: member.count,
    length,
    width: scalar(type),
    meaning: member.meaning,
    field: member.field,
    owner: around.owner,
    ownPath,
    arms: around.arms,
    inUnion: around.inUnion,
    isTelling: around.isTelling,
    isForeign: around.isForeign,
    isHeader,
    isCommon,
  };
  if (!isStruct && !member.members) return new Member(parts, NO_AGGREGATE);

  /** What the members of this aggregate inherit. */
  function inside(): Surroundings {
    const within = {
      ...{ ...around, path, cPath, offset, arms: [], isTop: false },
      owner: struct() ?? around.owner,
      ownPath: isStruct ? "" : ownPath,
      isForeign: around.isForeign || struct()?.entry.descriptor.external !== undefined,
    };
    // Paths in an element start at the element; those of the common part start at the struct.
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

/** Wraps `work` so that it runs on the first call only; later calls return the same result. */
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

/** Ranks of the arms of a union, see {@link Arm.rank}. */
function ranked(members: readonly MemberDescriptor[]): Map<MemberDescriptor, number> {
  const longest = Math.max(...members.map(({ size }) => size));
  const isFloat = ({ type }: MemberDescriptor) => type === "f32" || type === "f64";
  const telling = members.find((member) => member.size === longest && !isFloat(member));
  const others = members.filter((member) => member !== telling);
  return new Map((telling ? [telling, ...others] : others).map((member, rank) => [member, rank]));
}

/** Keys of fields, including those in anonymous aggregates. */
function keysOf(members: readonly BoundMember[], fields: Readonly<Record<string, FieldDescriptor>>): string[] {
  const inner = members.flatMap(({ name, members = [], field }) =>
    name === null ? keysOf(members, field.fields ?? {}) : [],
  );
  return [...Object.keys(fields), ...inner];
}

/** A member and all members in it. */
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
