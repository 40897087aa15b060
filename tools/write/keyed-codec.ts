/**
 * Values of structs by schema keys, which hold in every version: fields that a version lacks are omitted, so the same fields make a record of any
 * version. The common fields of record variants are listed with the variant's own fields.
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
 * Fields by schema key: numbers (also for 64-bit fields, if exact), bigints, texts, bytes, objects for nested structs, arrays. Arrays and bytes may
 * be shorter than the field. For a union, the intended member is given. Members of anonymous aggregates are listed directly with the others.
 */
export type Fields = Readonly<Record<string, unknown>>;

/** Fields that were read and may be changed. */
export type Values = Record<string, unknown>;

// biome-ignore lint/suspicious/noExplicitAny: values of structs that are known at run time only
type Value = any;

/** A number, a text, bytes or an array in a struct. */
export interface Leaf {
  readonly member: Member;
  /** Codec of the elements of an array of structs. */
  readonly element: KeyedCodec | undefined;
}

/** A field of a struct in one version. */
interface Slot {
  /** C name. */
  readonly name: string;
  /** Whether the field is read. For a union, only the member that determines all its bytes is. */
  readonly isRead: boolean;
  /** Codec of an aggregate, or of the elements of an array of aggregates. */
  readonly content: KeyedCodec | undefined;
  readonly isArray: boolean;
  /** C names of the union members that are omitted when this one is given. */
  readonly rivals: readonly string[];
}

/** Converts between values by schema key and those that the codec of a struct decodes and encodes. */
export class KeyedCodec {
  readonly leaves: readonly Leaf[];
  private readonly slots = new Map<string, Slot>();
  /** The struct that all variants of the record begin with. */
  private readonly common: { readonly name: string; readonly codec: KeyedCodec } | undefined;
  private readonly header: string | undefined;

  private constructor(
    /** Name for messages. */
    private readonly title: string,
    private readonly members: Members,
    /** A value with zeros, except for constants and defaults. Its parts are shared by all values. */
    private readonly blank: Value,
    /** Cases of the struct, if some of its fields have a meaning only in some of them. */
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
      // A preset of an array applies to every element, and the elements are already zero.
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

  /** The fields of a decoded value without the record header, in a new object. */
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
   * A value with the given fields. Omitted fields get the constant or default of the schema, or zero.
   *
   * @throws {UnknownNameError} for a key that no version has
   */
  value(fields: Fields): Value {
    // A shortcut: most elements of arrays are empty.
    for (const key in fields) if (fields[key] !== undefined) return this.fill({ ...this.blank }, fields);
    return this.blank;
  }

  /** A value with the given fields, for a record of that type and length (in bytes, including the header). */
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

  /** Converts a given field to the form that the codec of the struct accepts. */
  private made({ name, content, isArray }: Slot, given: unknown): unknown {
    const blank = this.blank[name];
    if (!content) return like(blank, given);
    if (!isArray) return areFields(given) ? content.value(given) : given;
    if (!Array.isArray(given)) return given;
    return [...given.map((element) => content.value(element)), ...blank.slice(given.length)];
  }

  /** The codec of a nested aggregate, which adds its constants and defaults to the blank value. */
  private contentOf({ name, members, struct, dims }: Member): KeyedCodec | undefined {
    if (!members) return undefined;
    const blank = this.blank[name];
    const content = new KeyedCodec(struct?.name ?? `${this.title}.${name}`, members, dims ? blank[0] : blank);
    if (dims) this.blank[name] = blank.map(() => content.blank);
    return content;
  }
}

const known = new WeakMap<BoundStruct, KeyedCodec>();

/** C names of the members in other arms of the unions that contain a member. */
function rivalsOf({ arms }: Member, { direct }: Members): string[] {
  const isRival = (other: Member) =>
    arms.some(({ union, rank }) => other.arms.some((arm) => arm.union === union && arm.rank !== rank));
  return arms.length === 0 ? [] : direct.filter(isRival).map(({ name }) => name);
}

/**
 * Converts a number to the type of the blank value, or extends an array or bytes to its length. Values that cannot be converted are returned
 * unchanged, so that the codec rejects them.
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

function areFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}
