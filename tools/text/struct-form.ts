/** Structs as JSON objects: one member per field, by its C name in this version. The descriptors determine the form of a field. */
import { isQuiet, packedForm } from "../../runtime/image-text.js";
import {
  type BoundStruct,
  type FieldMeaning,
  type Member,
  type Members,
  membersOf,
  type ScalarType,
} from "../../runtime/index.js";
import { scalar } from "../../runtime/scalars.js";
import { Cases, type FieldReader } from "../image/abi/cases.js";
import type { ImageFormat } from "../image/abi/format.js";
import { PRIVATE } from "../image/record/struct.js";
import { BytesForm, fromHex, Ipv6Form, TextForm, toHex } from "./byte-forms.js";
import { choiceOf } from "./choice.js";
import { type Form, isJsonObject, isZeroValue, type Json, type JsonObject, Misfit, quote, within } from "./form.js";
import { FloatForm, IntegerForm, type ValueNames } from "./integer.js";
import { EnumNames, FlagNames } from "./names.js";

// biome-ignore lint/suspicious/noExplicitAny: values of structs that are known at run time only
type Value = any;

/** A field of a struct. */
export interface Slot {
  readonly form: Form;
  readonly member: Member;
  /** Whether the text must contain it. For a union any member suffices. */
  readonly isRequired: boolean;
  /** The zero value, if the text omits the field when it is zero; otherwise undefined. */
  readonly zero: unknown;
}

/** Forms of the structs and widths of one ABI, each built once. */
export class Forms {
  private readonly structs = new Map<BoundStruct, StructForm>();
  private readonly names = new Map<string, ValueNames>();

  constructor(readonly format: ImageFormat) {}

  struct(struct: BoundStruct): StructForm {
    let form = this.structs.get(struct);
    if (!form) {
      const codec = this.format.codec(struct);
      const blank = codec.fromBytes(new Uint8Array(codec.size));
      form = new StructForm(this, struct.name, membersOf(struct), blank, Cases.of(struct));
      this.structs.set(struct, form);
    }
    return form;
  }

  /** Form of an array element, given as a width or the schema key of a struct; undefined if this version has no such struct. */
  element(type: string): Form | undefined {
    if (scalar(type)) return this.scalar(type as ScalarType, undefined);
    const struct = this.format.struct(type);
    if (!struct) return undefined;
    const form = this.struct(struct);
    return struct.entry.descriptor.private ? new KernelStructForm(form) : form;
  }

  /** Form of the elements of the flexible array at the end of a struct. */
  tail(struct: BoundStruct): { readonly name: string; readonly form: Form } | undefined {
    const { tail } = membersOf(struct);
    if (!tail) return undefined;
    return { name: tail.name, form: tail.struct ? this.struct(tail.struct) : this.member(tail.element(0), undefined) };
  }

  /**
   * The form of a member of a struct.
   *
   * @param blank the value of the member in a struct of zeros
   */
  member(member: Member, blank: Value): Form {
    const { name, type, dims, members, struct, meaning } = member;
    if (dims) return this.array(member, dims, blank);
    if (members) return new StructForm(this, struct?.name ?? name, members, blank);
    return this.scalar(type as ScalarType, meaning);
  }

  private array(member: Member, [length = 0, ...inner]: readonly number[], blank: Value): Form {
    if (inner.length > 0) return new ArrayForm(length, this.array(member, inner, blank?.[0]));
    const packed = packedForm(member.type, member.meaning.format);
    if (packed === "text") return new TextForm(length);
    if (packed === "ipv6") return new Ipv6Form();
    if (packed) return new BytesForm(length, packed === "mac");
    return new ArrayForm(length, this.member(member.element(0), blank?.[0]));
  }

  private scalar(type: ScalarType, meaning: FieldMeaning | undefined): Form {
    if (type === "f32" || type === "f64") return new FloatForm(type);
    return new IntegerForm(type, meaning?.format, this.namesOf(type, meaning));
  }

  private namesOf(type: ScalarType, meaning: FieldMeaning | undefined): ValueNames | undefined {
    const title = meaning?.flags ?? meaning?.enum;
    if (title === undefined) return undefined;
    const wide = type === "u64" || type === "s64";
    const key = `${title} ${meaning?.flags ? "flags" : wide}`;
    let names = this.names.get(key);
    if (!names) {
      const { abi } = this.format;
      names = meaning?.flags ? new FlagNames(abi, title) : new EnumNames(abi, title, wide);
      this.names.set(key, names);
    }
    return names;
  }
}

export class StructForm implements Form {
  /** The fields that the text can show, by C name. */
  readonly slots = new Map<string, Slot>();
  /** The record header, which is written from the type and length of the record. */
  readonly header: Member | undefined;

  /** @param blank the value of a struct of zeros */
  constructor(
    forms: Forms,
    private readonly title: string,
    private readonly members: Members,
    blank: Value,
    readonly cases?: Cases,
  ) {
    for (const member of members.direct) {
      const { name, arms, meaning, struct } = member;
      if (member.isHeader) this.header = member;
      if (member.flexible || member.isHeader) continue;
      const isRequired = arms.length === 0;
      const isQuietHere = isRequired && isQuiet(meaning.reserved ?? false, struct?.entry.key);
      const form = forms.member(member, blank?.[name]);
      this.slots.set(name, { form, member, isRequired, zero: isQuietHere ? blank?.[name] : undefined });
    }
  }

  /** Whether the text shows no field of it. */
  get empty(): boolean {
    return this.slots.size === 0;
  }

  show(value: unknown): JsonObject {
    const json: JsonObject = {};
    const meant = this.cases && this.meantArms(this.cases, value);
    for (const [name, { form, member, zero }] of this.slots) {
      const field = (value as Value)[name];
      const isShown = member.arms.every(({ union, rank }) => rank === (meant?.get(union) ?? 0));
      if (isShown && (zero === undefined || !isZeroValue(field))) json[name] = form.show(field);
    }
    return json;
  }

  /**
   * For each union, the rank of the arm that a case of the struct gives a meaning. For other unions the text has the member that determines all
   * bytes. Bytes outside the chosen member are kept as padding of the record.
   */
  private meantArms(cases: Cases, value: unknown): Map<object, number> {
    const read: FieldReader = (path) => valueAt(value, this.members.at(path)?.cPath);
    const sense = cases.sense(read);
    const meant = new Map<object, number>();
    for (const { member } of this.slots.values()) {
      const isMeant = [member, ...(member.members?.all ?? [])].some((each) => cases.names(each) && !sense(each));
      if (isMeant) for (const { union, rank } of member.arms) meant.set(union, rank);
    }
    return meant;
  }

  read(json: Json): Value {
    if (!isJsonObject(json)) throw new Misfit(`an object with the fields of ${this.title}`, quote(json));
    const value: Value = {};
    if (this.header) value[this.header.name] = { type: 0, len: 0 };
    for (const name of Object.keys(json)) if (!this.slots.has(name)) throw this.unknown(name);
    for (const [name, { form, isRequired, zero }] of this.slots) {
      const field = Object.hasOwn(json, name) ? (json[name] as Json) : undefined;
      if (field === undefined) {
        if (zero !== undefined) value[name] = zero;
        else if (isRequired) throw within(name, new Misfit(`a value for this field of ${this.title}`, "nothing"));
        continue;
      }
      try {
        value[name] = form.read(field);
      } catch (error) {
        throw within(name, error);
      }
    }
    return value;
  }

  private unknown(name: string): unknown {
    const known = [...this.slots.keys()];
    return within(name, new Misfit(choiceOf(`fields of ${this.title}`, name, known), "an unknown field"));
  }
}

/** A kernel struct, with the bytes that the kernel keeps after the fields. */
class KernelStructForm implements Form {
  constructor(private readonly fields: Form) {}

  show(value: unknown): Json {
    const fields = this.fields.show(value) as JsonObject;
    const bytes = (value as Value)[PRIVATE];
    return bytes === undefined ? fields : { ...fields, [PRIVATE]: toHex(bytes) };
  }

  read(json: Json): Value {
    if (!isJsonObject(json) || json[PRIVATE] === undefined) return this.fields.read(json);
    const { [PRIVATE]: digits, ...fields } = json;
    const bytes = typeof digits === "string" ? fromHex(digits) : undefined;
    if (!bytes) throw within(PRIVATE, new Misfit("hexadecimal digits, two for each byte", quote(digits)));
    return { ...(this.fields.read(fields) as Value), [PRIVATE]: bytes };
  }
}

export class ArrayForm implements Form {
  constructor(
    readonly length: number,
    readonly element: Form,
  ) {}

  show(value: unknown): Json {
    return (value as unknown[]).map((element) => this.element.show(element));
  }

  read(json: Json): unknown[] {
    if (!Array.isArray(json) || json.length !== this.length)
      throw new Misfit(`an array of ${this.length}`, quote(json));
    return readElements(this.element, json);
  }
}

export function readElements(form: Form, json: readonly Json[]): unknown[] {
  return json.map((element, i) => {
    try {
      return form.read(element);
    } catch (error) {
      throw within(i, error);
    }
  });
}

/** A number in a decoded value by its path of C names. */
function valueAt(value: Value, path: string | undefined): number | bigint | undefined {
  return path?.split(".").reduce((around, name) => around?.[name], value);
}
