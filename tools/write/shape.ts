/**
 * Values of structs from the few fields that matter. Fields go by their keys in the schema, which hold in every version, and what a
 * version does not have is left out, so the same fields make a record of any version. What is not given is a constant or a default of
 * the schema, or zero.
 */
import { type Abi, type AnyCodec, type FieldDescriptor, type Member, UnknownNameError } from "../../runtime/index.js";

/**
 * Fields by schema key: numbers (also for 64-bit fields, as long as they are exact), bigints, texts, bytes, objects for nested structs,
 * arrays. An array or bytes may be shorter than the field. Of a union the member that is meant is given. Members of anonymous
 * aggregates stand directly among the others.
 */
export type Fields = Readonly<Record<string, unknown>>;

// biome-ignore lint/suspicious/noExplicitAny: values of structs that are known at run time only
type Value = any;

/** What becomes of a field that is given. */
interface Slot {
  /** C name in this version. */
  readonly name: string;
  convert(given: unknown): unknown;
  /** C names of the members of unions that the field rules out. */
  readonly rivals: readonly string[];
}

type FieldDescriptors = Readonly<Record<string, FieldDescriptor>>;

/** Makes values of one struct for the codec of one ABI. */
export class Shape {
  private readonly slots = new Map<string, Slot>();
  /** Keys that some version has. */
  private readonly known = new Set<string>();
  /** The member that holds the common part of a variant, and its shape. */
  private common: { readonly name: string; readonly shape: Shape } | undefined;

  private constructor(
    private readonly abi: Abi,
    /** For messages. */
    private readonly title: string,
    /** A whole value, zero but for constants and defaults. Its parts are shared by all values. */
    private readonly blank: Value,
  ) {}

  /**
   * @param struct C name in this version
   * @param base C name of the common part, whose fields are given like the struct's own
   * @throws {UnknownNameError} when this ABI has no such struct
   */
  static of(abi: Abi, struct: string, base?: string): Shape {
    const { entry, layout } = abi.describe(struct);
    const codec: AnyCodec = abi.struct(struct);
    const shape = new Shape(abi, struct, codec.fromBytes(new Uint8Array(codec.size)));
    shape.add(layout.members, entry.descriptor.fields, false, [], base);
    return shape;
  }

  /**
   * A value with the given fields.
   *
   * @throws {UnknownNameError} for a key that no version has
   */
  value(fields: Fields): Value {
    // Most elements of arrays are left as they are.
    for (const key in fields) if (fields[key] !== undefined) return this.fill({ ...this.blank }, fields);
    return this.blank;
  }

  /** The same as the value of a record of that type and length, header included. */
  record(fields: Fields, type: number, len: number): Value {
    const value = this.fill({ ...this.blank }, fields);
    const h = { type, len };
    if (this.common) value[this.common.name] = { ...value[this.common.name], h };
    else value.h = h;
    return value;
  }

  private fill(value: Value, fields: Fields): Value {
    let inherited: Record<string, unknown> | undefined;
    for (const key in fields) {
      const given = fields[key];
      if (given === undefined) continue;
      const slot = this.slots.get(key);
      if (slot) {
        value[slot.name] = slot.convert(given);
        for (const rival of slot.rivals) value[rival] = undefined;
      } else if (this.common?.shape.known.has(key)) {
        inherited ??= {};
        inherited[key] = given;
      } else if (!this.known.has(key))
        throw new UnknownNameError(`field of ${this.title}`, key, [...this.known, ...(this.common?.shape.known ?? [])]);
    }
    if (this.common && inherited) value[this.common.name] = this.common.shape.value(inherited);
    return value;
  }

  private add(
    members: readonly Member[],
    fields: FieldDescriptors,
    union: boolean,
    rivals: readonly string[],
    base?: string,
  ): void {
    for (const key of Object.keys(fields)) this.known.add(key);
    for (const member of members) {
      if (member.flexible) continue;
      const key = member.key ?? member.name ?? "";
      const { meaning, field } = member;
      const others = union
        ? [...rivals, ...members.flatMap((other) => (other === member ? [] : namesOf(other)))]
        : rivals;
      if (member.name === null) {
        this.add(member.members ?? [], field.fields ?? {}, member.type === "union", others);
        continue;
      }
      if (base !== undefined && member.type === `struct ${base}`) {
        this.common = { name: member.name, shape: Shape.of(this.abi, base) };
        this.blank[member.name] = this.common.shape.blank;
        continue;
      }
      const slot: Slot = { name: member.name, convert: this.converter(member), rivals: others };
      this.slots.set(key, slot);
      const preset = meaning.const ?? meaning.default;
      // One of an array is that of every element, and those are zero already.
      if (preset !== undefined && !member.dims) this.blank[member.name] = slot.convert(preset);
    }
  }

  /** What turns a given field into what the codec takes. */
  private converter(member: Member): (given: unknown) => unknown {
    const name = member.name as string;
    const blank = this.blank[name];
    const shape = this.nested(member, member.dims ? blank[0] : blank);
    if (!shape) return (given) => like(blank, given);
    if (!member.dims) {
      this.blank[name] = shape.blank;
      return (given) => (isObject(given) ? shape.value(given) : given);
    }
    this.blank[name] = blank.map(() => shape.blank);
    return (given) =>
      Array.isArray(given)
        ? [...given.map((element) => shape.value(element)), ...this.blank[name].slice(given.length)]
        : given;
  }

  /** The shape of a nested struct or union; undefined for a number, a text or bytes. */
  private nested(member: Member, blank: Value): Shape | undefined {
    if (member.members) {
      const shape = new Shape(this.abi, `${this.title}.${member.name}`, blank);
      shape.add(member.members, member.field.fields ?? {}, member.type === "union", []);
      return shape;
    }
    return member.type.startsWith("struct ") ? Shape.of(this.abi, member.type.slice("struct ".length)) : undefined;
  }
}

/** C names that a member puts into the object around it. */
function namesOf(member: Member): string[] {
  return member.name === null ? (member.members ?? []).flatMap(namesOf) : [member.name];
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
