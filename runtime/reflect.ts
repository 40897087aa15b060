/**
 * The members of a struct as one list, made once for each struct of an ABI. Everything that goes through the fields of structs at run time
 * is a filter of this list, so that a member has one path, one place and one meaning everywhere.
 */
import type { BoundStruct } from "./abi.js";
import type { FieldDescriptor, MemberDescriptor } from "./descriptor.js";
import { RECORD_HEADER } from "./image-text.js";
import type { BoundMember } from "./members.js";
import { type Scalar, scalar } from "./scalars.js";
import { decodeEscaped } from "./text.js";

/** A member at its place in a struct. Anonymous aggregates are no members: what is in them stands among the others. */
export interface Member extends Omit<BoundMember, "name" | "key" | "members"> {
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
  /** Elements, those of several dimensions together; undefined for what is no array, and for a flexible one. */
  readonly length: number | undefined;
  /** Of a number or an array of numbers: how one is read and written. */
  readonly width: Scalar | undefined;
  /** The struct that it is, or that its elements are, if it has a name. */
  readonly struct: BoundStruct | undefined;
  /** What is in an aggregate; of an array of them what is in one element, with paths and offsets from the start of the element. */
  readonly members: Members | undefined;
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
}

/** One of the ways to see the bytes of a union. */
export interface Arm {
  /** The same object in all arms of one union. */
  readonly union: object;
  /** Place among the arms; 0 is the one that tells all bytes: the first of the longest that is no floating point number, which has many NaNs. */
  readonly rank: number;
}

/** The members of a struct, or of a nested aggregate. */
export class Members {
  private byPath: Map<string, Member> | undefined;
  private flat: readonly Member[] | undefined;

  constructor(
    /** Those that a decoded value has, in the order of their offsets; what is in nested aggregates is at these. */
    readonly direct: readonly Member[],
    /** Bytes of the struct or of one element. */
    readonly size: number,
    /** Keys that members have in any version. */
    readonly keys: ReadonlySet<string>,
  ) {}

  /** The member of a path, which may be an array or an aggregate; undefined where this version has none. No path leads into an array. */
  at(path: string): Member | undefined {
    if (!this.byPath) {
      this.byPath = new Map();
      for (const member of this.direct) index(this.byPath, member, member.path);
    }
    return this.byPath.get(path);
  }

  /** The array behind the last member, whose length the record says. */
  get tail(): Member | undefined {
    return this.direct.find(({ flexible }) => flexible);
  }

  /** All members, outer ones before what is in them, arrays of aggregates taken apart. */
  get all(): readonly Member[] {
    this.flat ??= this.direct.flatMap(unfold);
    return this.flat;
  }

  /** Numbers, texts and arrays of numbers, however deep they are nested; without a flexible array. */
  get plain(): readonly Member[] {
    return this.all.filter(({ width, flexible }) => width && !flexible);
  }
}

const known = new WeakMap<BoundStruct, Members>();

/** The members of a struct of an ABI. */
export function membersOf(struct: BoundStruct): Members {
  let members = known.get(struct);
  if (!members) {
    const { entry, layout } = struct;
    const keys = keysOf(layout.members, entry.descriptor.fields);
    members = new Members(flatten(struct, layout.members, top(struct)), layout.size, new Set(keys));
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

/** The members of an aggregate, with those of anonymous ones in place of these. */
function flatten(struct: BoundStruct, members: readonly BoundMember[], around: Surroundings, union?: object): Member[] {
  const ranks = union && ranked(members);
  return members.flatMap((member) => {
    const rank = ranks?.get(member) ?? 0;
    const here = union ? { ...around, ...inArm(around, { union, rank }) } : around;
    if (member.name !== null) return bind(struct, member as BoundMember & { name: string }, here);
    const inner = { ...here, offset: here.offset + member.offset };
    return flatten(struct, member.members ?? [], inner, member.type === "union" ? member : undefined);
  });
}

function inArm(around: Surroundings, arm: Arm): Pick<Surroundings, "arms" | "inUnion" | "isTelling"> {
  return { arms: [...around.arms, arm], inUnion: true, isTelling: around.isTelling && arm.rank === 0 };
}

function bind(root: BoundStruct, member: BoundMember & { name: string }, around: Surroundings): Member {
  const { name, key = name, type, dims, size, flexible, members } = member;
  const struct = type.startsWith("struct ") ? root.abi.describe(type.slice("struct ".length)) : undefined;
  const isLeading = around.isTop && member.offset === 0 && struct !== undefined;
  const isHeader = isLeading && struct.entry.key === RECORD_HEADER;
  const isCommon = isLeading && membersOf(struct).direct[0]?.isHeader === true;
  const length = flexible ? undefined : dims?.reduce((product, dim) => product * dim, 1);
  const within = {
    ...around,
    path: join(around.path, key),
    cPath: join(around.cPath, name),
    offset: around.offset + member.offset,
    owner: struct ?? around.owner,
    ownPath: struct ? "" : join(around.ownPath, key),
    arms: [],
    isForeign: around.isForeign || struct?.entry.descriptor.external !== undefined,
    isTop: false,
  };
  // Paths in an element begin anew, and those of the common part count as the struct's own.
  const inside =
    dims || flexible
      ? { ...within, path: "", cPath: "", offset: 0 }
      : isCommon
        ? { ...within, path: "", isTop: true }
        : within;
  const content = struct?.layout.members ?? members;
  return {
    ...member,
    key,
    path: within.path,
    cPath: within.cPath,
    offset: within.offset,
    length,
    width: scalar(type),
    struct,
    members:
      content &&
      new Members(
        flatten(root, content, inside, type === "union" ? member : undefined),
        struct?.layout.size ?? size / (length ?? 1),
        new Set(keysOf(content, struct?.entry.descriptor.fields ?? member.field.fields ?? {})),
      ),
    owner: around.owner,
    ownPath: join(around.ownPath, key),
    arms: around.arms,
    inUnion: around.inUnion,
    isTelling: around.isTelling,
    isForeign: around.isForeign,
    isHeader,
    isCommon,
  };
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

/** Fields of the common part go by their own paths, and by those in the part. */
function index(byPath: Map<string, Member>, member: Member, path: string): void {
  if (!byPath.has(path)) byPath.set(path, member);
  if (member.dims || member.flexible) return;
  for (const inner of member.members?.direct ?? []) {
    index(byPath, inner, inner.path);
    if (member.isCommon) index(byPath, inner, join(path, inner.path));
  }
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
    members.all.map((inner): Member => {
      const place = `[${i}].`;
      return {
        ...inner,
        path: `${member.path}${place}${inner.path}`,
        cPath: `${member.cPath}${place}${inner.cPath}`,
        offset: member.offset + i * members.size + inner.offset,
      };
    }),
  );
  return [member, ...elements.flat()];
}
