/**
 * Values of structs by the keys of the schema, which hold in every version: what one version does not have is left out, so the same fields
 * make a record of any version. What variants of a record share stands among their own fields.
 */
import {
  type AnyCodec,
  type BoundStruct,
  type Member,
  type Members,
  membersOf,
  UnknownNameError,
} from "../../runtime/index.js";
import { Cases } from "../image/abi/cases.js";

/**
 * Fields by schema key: numbers (also for 64-bit fields, as long as they are exact), bigints, texts, bytes, objects for nested structs,
 * arrays. An array or bytes may be shorter than the field. Of a union the member that is meant is given. Members of anonymous
 * aggregates stand directly among the others.
 */
export type Fields = Readonly<Record<string, unknown>>;

/** Fields that were read, and may be changed. */
export type Values = Record<string, unknown>;

// biome-ignore lint/suspicious/noExplicitAny: values of structs that are known at run time only
type Value = any;

/** A number, a text, bytes or an array in a struct. */
export interface Leaf {
  readonly member: Member;
  /** Codec of the elements of an array of structs. */
  readonly element: KeyedCodec | undefined;
}

/** A field of a struct, in one version. */
interface Slot {
  /** C name. */
  readonly name: string;
  /** Whether it is read. Of a union it is the member that tells all bytes. */
  readonly isRead: boolean;
  /** What is in an aggregate, or in the elements of an array of them. */
  readonly content: KeyedCodec | undefined;
  readonly isArray: boolean;
  /** C names of the members of unions that are not there when this one is. */
  readonly rivals: readonly string[];
}

/** Reads and makes the values that the codec of a struct decodes and encodes. */
export class KeyedCodec {
  readonly leaves: readonly Leaf[];
  private readonly slots = new Map<string, Slot>();
  /** The struct that all variants of the record begin with. */
  private readonly common: { readonly name: string; readonly codec: KeyedCodec } | undefined;
  private readonly header: string | undefined;

  private constructor(
    /** For messages. */
    private readonly title: string,
    private readonly members: Members,
    /** A whole value, zero but for constants and defaults. Its parts are shared by all values. */
    private readonly blank: Value,
    /** Of a struct some of whose fields mean something only in some cases. */
    readonly cases?: Cases | undefined,
  ) {
    const leaves: Leaf[] = [];
    for (const member of members.direct) {
      const { name, key, meaning, dims } = member;
      if (member.isHeader) this.header = name;
      if (member.flexible || member.isHeader) continue;
      const content = this.contentOf(member);
      if (member.isCommon && content) {
        this.common = { name, codec: content };
        leaves.push(...content.leaves);
        continue;
      }
      const isRead = member.arms.every(({ rank }) => rank === 0);
      const slot = { name, isRead, content, isArray: dims !== undefined, rivals: rivalsOf(member, members) };
      this.slots.set(key, slot);
      const preset = meaning.const ?? meaning.default;
      // One of an array is that of every element, and those are zero already.
      if (preset !== undefined && !dims) blank[name] = this.made(slot, preset);
      if (isRead) leaves.push(...(content && !dims ? content.leaves : [{ member, element: content }]));
    }
    this.leaves = leaves;
  }

  static of(struct: BoundStruct): KeyedCodec {
    let keyed = known.get(struct);
    if (!keyed) {
      const codec: AnyCodec = struct.abi.struct(struct.name);
      const blank = codec.fromBytes(new Uint8Array(codec.size));
      keyed = new KeyedCodec(struct.name, membersOf(struct), blank, Cases.of(struct));
      known.set(struct, keyed);
    }
    return keyed;
  }

  /** The fields of a decoded value without the header of the record, in a new object. */
  read(value: Value): Values {
    const values: Values = this.common ? this.common.codec.read(value[this.common.name]) : {};
    for (const [key, { name, isRead, content, isArray }] of this.slots) {
      if (!isRead) continue;
      const given = value[name];
      values[key] = !content ? given : isArray ? given.map((each: Value) => content.read(each)) : content.read(given);
    }
    return values;
  }

  /**
   * A value with the given fields. What is not given is a constant or a default of the schema, or zero.
   *
   * @throws {UnknownNameError} for a key that no version has
   */
  value(fields: Fields): Value {
    // Most elements of arrays are left as they are.
    for (const key in fields) if (fields[key] !== undefined) return this.fill({ ...this.blank }, fields);
    return this.blank;
  }

  /** A value with the given fields, as that of a record of that type and length, header included. */
  record(fields: Fields, type: number, len: number): Value {
    const value = this.fill({ ...this.blank }, fields);
    const h = { type, len };
    if (this.common) value[this.common.name] = { ...value[this.common.name], [this.common.codec.header ?? "h"]: h };
    else value[this.header ?? "h"] = h;
    return value;
  }

  private fill(value: Value, fields: Fields): Value {
    const { common } = this;
    let inherited: Values | undefined;
    for (const key in fields) {
      const given = fields[key];
      if (given === undefined) continue;
      const slot = this.slots.get(key);
      if (slot) {
        value[slot.name] = this.made(slot, given);
        for (const rival of slot.rivals) value[rival] = undefined;
      } else if (common?.codec.members.keys.has(key)) {
        inherited ??= {};
        inherited[key] = given;
      } else if (!this.members.keys.has(key))
        throw new UnknownNameError(`field of ${this.title}`, key, [
          ...this.members.keys,
          ...(common?.codec.members.keys ?? []),
        ]);
    }
    if (common && inherited) value[common.name] = common.codec.value(inherited);
    return value;
  }

  /** What the codec of the struct takes for a field that is given. */
  private made({ name, content, isArray }: Slot, given: unknown): unknown {
    const blank = this.blank[name];
    if (!content) return like(blank, given);
    if (!isArray) return isObject(given) ? content.value(given) : given;
    if (!Array.isArray(given)) return given;
    return [...given.map((element) => content.value(element)), ...blank.slice(given.length)];
  }

  /** The codec of a nested aggregate, which gives the blank value its constants and defaults. */
  private contentOf({ name, members, struct, dims }: Member): KeyedCodec | undefined {
    if (!members) return undefined;
    const blank = this.blank[name];
    const content = new KeyedCodec(struct?.name ?? `${this.title}.${name}`, members, dims ? blank[0] : blank);
    if (dims) this.blank[name] = blank.map(() => content.blank);
    return content;
  }
}

const known = new WeakMap<BoundStruct, KeyedCodec>();

/** C names of what is in other arms of the unions that a member is in. */
function rivalsOf({ arms }: Member, { direct }: Members): string[] {
  const isRival = (other: Member) =>
    arms.some(({ union, rank }) => other.arms.some((arm) => arm.union === union && arm.rank !== rank));
  return arms.length === 0 ? [] : direct.filter(isRival).map(({ name }) => name);
}

/**
 * A number as wide, or an array or bytes as long, as what stands there otherwise. What cannot be made so is left for the codec to refuse.
 */
export function like(blank: unknown, given: unknown): unknown {
  if (typeof blank === "bigint") return Number.isSafeInteger(given) ? BigInt(given as number) : given;
  if (typeof blank === "number" && typeof given === "bigint") return Number(given);
  if (blank instanceof Uint8Array) {
    if (!(given instanceof Uint8Array || Array.isArray(given)) || given.length > blank.length) return given;
    const bytes = new Uint8Array(blank);
    bytes.set(given);
    return bytes;
  }
  if (Array.isArray(blank) && Array.isArray(given))
    return [...given.map((element) => like(blank[0], element)), ...blank.slice(given.length)];
  return given;
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}
