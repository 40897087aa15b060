/** Structs as JSON objects: one member per field, by the C name of the version. What the descriptors say about a field decides its form. */
import { isQuiet, packedForm, RECORD_HEADER } from "../../runtime/image-text.js";
import type { BoundLayout, FieldMeaning, Member, ScalarType } from "../../runtime/index.js";
import type { ImageFormat } from "../image/abi/format.js";
import { scalar } from "../../runtime/scalars.js";
import { PRIVATE } from "../image/record/struct.js";
import { BytesForm, fromHex, Ipv6Form, TextForm, toHex } from "./byte-forms.js";
import { choiceOf } from "./choice.js";
import { type Form, isObject, isZero, type Json, type JsonObject, Misfit, quote, within } from "./form.js";
import { FloatForm, IntegerForm, type Names } from "./integer.js";
import { EnumNames, FlagNames } from "./names.js";

// biome-ignore lint/suspicious/noExplicitAny: values of structs that are known at run time only
type Value = any;

const HEADER = `struct ${RECORD_HEADER}`;

/** A field of a struct, or of an anonymous aggregate in it. */
interface Slot {
  readonly form: Form;
  /** Whether the text has it. Of a union it has one member, from which the others follow. */
  readonly shown: boolean;
  /** Whether the text must have it. Of a union any member will do. */
  readonly required: boolean;
  /** The zero value of what is left out of the text when it is zero; undefined for other fields. */
  readonly zero: unknown;
}

/** Forms of the structs and widths of one ABI, made once each. */
export class Forms {
  private readonly structs = new Map<string, StructForm>();
  private readonly names = new Map<string, Names>();

  constructor(readonly format: ImageFormat) {}

  /**
   * @param name C name in this version
   * @param record whether it begins with the record header, which the text leaves out
   */
  struct(name: string, record = false): StructForm {
    const key = `${name} ${record}`;
    let form = this.structs.get(key);
    if (!form) {
      const { layout } = this.format.abi.describe(name);
      const codec = this.format.abi.struct(name);
      form = new StructForm(name);
      this.structs.set(key, form);
      form.add(this, layout.members, codec.fromBytes(new Uint8Array(codec.size)), record);
    }
    return form;
  }

  /** An element of an array: a width or the schema key of a struct. Undefined where this version has no such struct. */
  element(type: string): Form | undefined {
    if (scalar(type)) return this.scalar(type as ScalarType, undefined);
    const struct = this.format.struct(type);
    if (!struct) return undefined;
    const form = this.struct(struct.name);
    return struct.entry.descriptor.private ? new KernelStructForm(form) : form;
  }

  /** An element of the array at the end of a struct. */
  tail(layout: BoundLayout): { readonly name: string; readonly form: Form } | undefined {
    const member = layout.members.find(({ flexible }) => flexible);
    if (!member?.name) return undefined;
    const { dims: _, ...element } = member;
    return { name: member.name, form: this.member(element, undefined, false) };
  }

  /** @param blank the value of the member in a struct of zeros */
  member(member: Member, blank: Value, record: boolean): Form {
    const { type, dims, members, meaning } = member;
    if (dims) return this.array(member, dims, blank);
    if (members) {
      const form = new StructForm(member.name ?? type);
      form.add(this, members, blank, false, type === "union");
      return form;
    }
    if (type.startsWith("struct ")) return this.struct(type.slice("struct ".length), record);
    return this.scalar(type as ScalarType, meaning);
  }

  private array(member: Member, [length = 0, ...inner]: readonly number[], blank: Value): Form {
    if (inner.length > 0) return new ArrayForm(length, this.array(member, inner, blank?.[0]));
    const packed = packedForm(member.type, member.meaning.format);
    if (packed === "text") return new TextForm(length);
    if (packed === "ipv6") return new Ipv6Form();
    if (packed) return new BytesForm(length, packed === "mac");
    const { dims: _, ...element } = member;
    return new ArrayForm(length, this.member(element, blank?.[0], false));
  }

  private scalar(type: ScalarType, meaning: FieldMeaning | undefined): Form {
    if (type === "f32" || type === "f64") return new FloatForm(type);
    return new IntegerForm(type, meaning?.format, this.namesOf(type, meaning));
  }

  private namesOf(type: ScalarType, meaning: FieldMeaning | undefined): Names | undefined {
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
  private readonly slots = new Map<string, Slot>();
  /** What stands in place of the record header, which is written from the type and the length of the record. */
  private header: string | undefined;

  constructor(private readonly title: string) {}

  /** Whether the text shows nothing of it. */
  get empty(): boolean {
    return this.slots.size === 0;
  }

  /** Adds the members of the struct, or of an anonymous aggregate in it. */
  add(forms: Forms, members: readonly Member[], blank: Value, record: boolean, union = false): void {
    this.addAll(forms, members, blank, record, { shown: true, required: !union }, union);
  }

  private addAll(
    forms: Forms,
    members: readonly Member[],
    blank: Value,
    record: boolean,
    { shown, required }: { shown: boolean; required: boolean },
    union: boolean,
  ): void {
    const chosen = union ? tellingMember(members) : undefined;
    for (const member of members) {
      if (member.flexible) continue;
      const use = { shown: shown && (!union || member === chosen), required: required && !union };
      if (member.name === null) {
        this.addAll(forms, member.members ?? [], blank, false, use, member.type === "union");
        continue;
      }
      const leading = record && member.offset === 0;
      if (leading && member.type === HEADER) {
        this.header = member.name;
        continue;
      }
      const form = forms.member(member, blank?.[member.name], leading);
      const quiet = use.required && isQuiet(member.meaning.reserved ?? false, member.type.replace(/^struct /, ""));
      this.slots.set(member.name, { form, ...use, zero: quiet ? blank?.[member.name] : undefined });
    }
  }

  show(value: unknown): JsonObject {
    const json: JsonObject = {};
    for (const [name, { form, shown, zero }] of this.slots) {
      const field = (value as Value)[name];
      if (shown && (zero === undefined || !isZero(field))) json[name] = form.show(field);
    }
    return json;
  }

  read(json: Json): Value {
    if (!isObject(json)) throw new Misfit(`an object with the fields of ${this.title}`, quote(json));
    const value: Value = {};
    if (this.header !== undefined) value[this.header] = { type: 0, len: 0 };
    for (const name of Object.keys(json)) if (!this.slots.has(name)) throw this.unknown(name);
    for (const [name, { form, required, zero }] of this.slots) {
      const field = Object.hasOwn(json, name) ? (json[name] as Json) : undefined;
      if (field === undefined) {
        if (zero !== undefined) value[name] = zero;
        else if (required) throw within(name, new Misfit(`a value for this field of ${this.title}`, "nothing"));
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

/** A struct of the kernel, with the bytes that the kernel has behind the fields. */
class KernelStructForm implements Form {
  constructor(private readonly fields: Form) {}

  show(value: unknown): Json {
    const fields = this.fields.show(value) as JsonObject;
    const bytes = (value as Value)[PRIVATE];
    return bytes === undefined ? fields : { ...fields, [PRIVATE]: toHex(bytes) };
  }

  read(json: Json): Value {
    if (!isObject(json) || json[PRIVATE] === undefined) return this.fields.read(json);
    const { [PRIVATE]: digits, ...fields } = json;
    const bytes = typeof digits === "string" ? fromHex(digits) : undefined;
    if (!bytes) throw within(PRIVATE, new Misfit("hexadecimal digits, two for each byte", quote(digits)));
    return { ...(this.fields.read(fields) as Value), [PRIVATE]: bytes };
  }
}

class ArrayForm implements Form {
  constructor(
    private readonly length: number,
    private readonly element: Form,
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

/** The member of a union from which all its bytes follow: the first of the longest, but no floating point number, which has many NaNs. */
function tellingMember(members: readonly Member[]): Member | undefined {
  const longest = Math.max(...members.map(({ size }) => size));
  return members.find(({ size, type }) => size === longest && type !== "f32" && type !== "f64");
}
