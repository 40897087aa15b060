/**
 * Codecs that follow layouts at run time instead of being generated code. They do what the generated ones do, several times as slowly, and need no
 * code per struct: programs for browsers that look structs up by name would otherwise carry the code of all structs of all versions.
 */
import { ArrayView, checkArray, checkBytes, checkObject, readArray, readBytes, writeBytes } from "./arrays.js";
import { type Bytes, viewOf, windowOf } from "./bytes.js";
import { type CodecContext, StructCodec, type StructView } from "./codec.js";
import type { LayoutDescriptor, MemberDescriptor, StructDescriptor } from "./descriptor.js";
import type { ScalarType } from "./integers.js";
import { scalar } from "./scalars.js";
import type { Target } from "./target.js";
import { readText } from "./text.js";
import { checkText } from "./text-field.js";
import { checkUnion, gather } from "./unions.js";

/** The ABI of a codec, as far as a layout refers to it. */
export interface LayoutAbi {
  layoutOfKey(key: string): LayoutDescriptor | undefined;
  constant(name: string): number | bigint | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: values of structs that are known at run time only
type Value = any;

type CodecClass = new (target: Target, struct?: string) => LayoutCodec;

/**
 * A codec class per layout of a struct.
 *
 * @param key schema key of the struct
 * @param count number of layouts
 * @param descriptor returns the descriptor, which is needed when the first codec is used
 * @param abiOf returns the ABI of a target
 */
export function layoutCodecs(
  key: string,
  count: number,
  descriptor: () => StructDescriptor,
  abiOf: (target: Target) => LayoutAbi,
): readonly CodecClass[] {
  const make = (target: Target, struct: string, index: number): LayoutCodec => {
    const layout = descriptor().layouts[index] as LayoutDescriptor;
    const tail = layout.members.find(({ flexible }) => flexible);
    return tail
      ? new TailedLayoutCodec(target, struct, layout, abiOf(target), tail)
      : new LayoutCodec(target, struct, layout, abiOf(target));
  };
  return Array.from({ length: count }, (_, index) => {
    // The descriptor says which of the two classes it is, and is not needed before.
    return class {
      constructor(target: Target, struct = key) {
        // biome-ignore lint/correctness/noConstructorReturn: codecs are made by `new`, also those of generated code
        return make(target, struct, index);
      }
    } as CodecClass;
  });
}

class LayoutCodec extends StructCodec<Value, StructView> {
  protected readonly form: Aggregate;

  constructor(
    target: Target,
    struct: string,
    private readonly layout: LayoutDescriptor,
    protected readonly layouts: LayoutAbi,
  ) {
    super(target, struct);
    this.form = formOf(layout, layouts);
  }

  get size(): number {
    return this.layout.size;
  }

  get align(): number {
    return this.layout.align;
  }

  override get numbers(): string {
    return this.form.numbers("", 0).join();
  }

  override decode(bytes: Bytes, at = 0): Value {
    return this.form.read(this.room(bytes, at, this.size), at, this.littleEndian);
  }

  override encode(value: Value, bytes: Bytes, at = 0): void {
    const view = this.room(bytes, at, this.size);
    checkObject(this, "", value);
    this.form.checkParts(this, "", "", value)(view, at, this.littleEndian);
  }

  override view(bytes: Bytes, at = 0): StructView {
    return new this.form.View(this, this.room(bytes, at, this.size), at, "");
  }

  /** The bytes as a view, in which `size` bytes are there from `at` on. */
  protected room(bytes: Bytes, at: number, size: number): DataView {
    const view = bytes instanceof DataView ? bytes : viewOf(this, bytes);
    if (!(Number.isInteger(at) && at >= 0 && at + size <= view.byteLength))
      throw size === this.size ? this.short(view, at) : this.short(view, at, size);
    return view;
  }
}

/** The codec of a struct that ends in an array whose length it announces. */
class TailedLayoutCodec extends LayoutCodec {
  constructor(
    target: Target,
    struct: string,
    layout: LayoutDescriptor,
    layouts: LayoutAbi,
    private readonly tail: MemberDescriptor,
  ) {
    super(target, struct, layout, layouts);
  }

  /** Offset of the array at the end of the struct, from its start. */
  get tailOffset(): number {
    return this.tail.offset;
  }

  /** Bytes of one element of that array. */
  get tailElementSize(): number {
    return sizeOf(this.tail.type, this.layouts);
  }

  /** Number of elements that the struct at `at` announces, not compared with the length of the record. */
  tailCount(bytes: Bytes, at = 0): number {
    const view = this.room(bytes, at, this.size);
    const { count = 0 } = this.tail;
    if (typeof count === "number") return count;
    const [kind, name, field] = count;
    if (kind === "field") return Number(this.form.read(view, at, this.littleEndian)[field as string]);
    return Number(this.layouts.constant(name as string) ?? 0);
  }

  /**
   * Reads the array at the end of the struct at `at`; `end` is where its record ends.
   *
   * @throws {ShortBufferError} when the announced elements do not fit before `end` or the end of the bytes
   */
  decodeTail(bytes: Bytes, at = 0, end = Infinity): Value[] {
    const count = this.tailCount(bytes, at);
    const view = this.room(bytes, at, this.size);
    const { offset, stride, form } = this.elements();
    const needed = offset + count * stride;
    if (!(at + needed <= Math.min(end, view.byteLength))) throw this.short(view, at, needed);
    return readArray(count, at + offset, stride, (place) => form.read(view, place, this.littleEndian));
  }

  /** Writes the elements of the array after the struct at `at`, all or none. The struct's own count is not changed. */
  encodeTail(values: readonly Value[], bytes: Bytes, at = 0): void {
    const { name, offset, stride, form } = this.elements();
    const view = this.room(bytes, at, offset + values.length * stride);
    const writes = Array.from(values, (value, i) => form.check(this, `${name}[${i}]`, value));
    for (const [i, write] of writes.entries()) write(view, at + offset + i * stride, this.littleEndian);
  }

  private elements(): { name: string; offset: number; stride: number; form: Form } {
    const { name, type, offset } = this.tail;
    return {
      name: name ?? "",
      offset,
      stride: sizeOf(type, this.layouts),
      form: elementForm(this.tail, this.layouts),
    };
  }
}

type Write = (view: DataView, at: number, littleEndian: boolean) => void;

/** How the values of a member are read, checked and written, wherever it is. */
interface Form {
  read(view: DataView, at: number, littleEndian: boolean): Value;
  /** Checks a value, and returns what writes it. `path` is that of the value in messages. */
  check(codec: CodecContext, path: string, value: Value): Write;
  /** The value in a view, or a view of it. */
  get(owner: StructView, at: number, path: string): Value;
  /** Whether the value can be replaced as a whole in a view; others are changed through their own fields. */
  readonly isPlain: boolean;
}

/** A form that is read in a view as it is decoded. */
function plain(read: Form["read"], check: Form["check"], get?: Form["get"]): Form {
  const decoded: Form["get"] = ({ $view, $codec }, at) => read($view, at, $codec.littleEndian);
  return { read, check, get: get ?? decoded, isPlain: true };
}

function numberForm(type: ScalarType): Form {
  const width = scalar(type);
  if (!width) throw new TypeError(`no number has the type ${type}`);
  return plain(width.read, (codec, path, value) => {
    if (!width.fits(value)) throw codec.reject(path, type, value);
    return (view, at, littleEndian) => width.write(view, at, value, littleEndian);
  });
}

function textForm(length: number): Form {
  return plain(
    (view, at) => readText(view, at, length),
    (codec, path, value) => {
      const bytes = checkText(codec, path, value, length);
      return (view, at) => writeBytes(view, at, bytes);
    },
  );
}

function bytesForm(length: number): Form {
  return plain(
    (view, at) => readBytes(view, at, length),
    (codec, path, value) => {
      const bytes = checkBytes(codec, path, value, length);
      return (view, at) => writeBytes(view, at, bytes);
    },
    ({ $view }, at) => windowOf($view, at, length),
  );
}

function arrayForm(length: number, stride: number, element: Form): Form {
  return {
    isPlain: false,
    read: (view, at, littleEndian) => readArray(length, at, stride, (place) => element.read(view, place, littleEndian)),
    check(codec, path, value) {
      const values = checkArray(codec, path, value, length);
      const writes = Array.from(values, (each, i) => element.check(codec, `${path}[${i}]`, each));
      return (view, at, littleEndian) => {
        for (let i = 0; i < length; i++) writes[i]?.(view, at + i * stride, littleEndian);
      };
    },
    get: (owner, at, path) =>
      new ArrayView<Value>(
        length,
        (i) => element.get(owner, at + i * stride, `${path}[${i}]`),
        element.isPlain ? (i, value) => assign(element, owner, at + i * stride, `${path}[${i}]`, value) : undefined,
      ),
  };
}

function assign(form: Form, { $codec, $view }: StructView, at: number, path: string, value: Value): void {
  form.check($codec, path, value)($view, at, $codec.littleEndian);
}

/** A member of an aggregate. */
interface Part {
  readonly name: string | null;
  readonly key: string;
  readonly offset: number;
  readonly size: number;
  readonly type: string;
  readonly form: Form;
}

/** A field of a value: a named member, also one of an anonymous aggregate. */
interface Field {
  readonly name: string;
  readonly offset: number;
  readonly form: Form;
}

type ViewClass = new (codec: CodecContext, view: DataView, at: number, path: string) => StructView;

/** The form of a struct or a union. */
class Aggregate implements Form {
  readonly isPlain = false;
  private readonly fields: readonly Field[];
  private viewClass: ViewClass | undefined;

  constructor(
    private readonly parts: readonly Part[],
    private readonly size: number,
    private readonly isUnion: boolean,
  ) {
    this.fields = parts.flatMap(({ name, offset, form }) =>
      name !== null
        ? { name, offset, form }
        : (form as Aggregate).fields.map((field) => ({ ...field, offset: offset + field.offset })),
    );
  }

  read(view: DataView, at: number, littleEndian: boolean): Value {
    const value: Value = {};
    for (const { name, offset, form } of this.fields) value[name] = form.read(view, at + offset, littleEndian);
    return value;
  }

  check(codec: CodecContext, path: string, value: Value): Write {
    return this.checkParts(codec, path, `${path}.`, checkObject(codec, path, value));
  }

  /**
   * Checks the members in an object.
   *
   * @param path of the object; empty for the struct itself and for an anonymous struct in a union
   * @param prefix of the paths of the members
   */
  checkParts(codec: CodecContext, path: string, prefix: string, value: Value): Write {
    if (this.isUnion) return this.checkUnion(codec, path, prefix, value);
    const writes = this.parts.map(({ name, form }) =>
      name !== null
        ? form.check(codec, prefix + name, value[name])
        : (form as Aggregate).checkParts(codec, path, prefix, value),
    );
    return (view, at, littleEndian) => {
      for (const [i, { offset }] of this.parts.entries()) writes[i]?.(view, at + offset, littleEndian);
    };
  }

  /** The exact members come first: of the longest, those that are not floating point numbers. */
  private checkUnion(codec: CodecContext, path: string, prefix: string, value: Value): Write {
    const { littleEndian } = codec;
    const rank = ({ size, type }: Part) => size * 2 + (type.startsWith("f") ? 0 : 1);
    const members = [...this.parts]
      .sort((a, b) => rank(b) - rank(a))
      .map(({ name, form }) => {
        const load = (view: DataView, at: number) => form.read(view, at, littleEndian);
        if (name !== null) {
          const store = (part: Value, view: DataView, at: number) =>
            form.check(codec, prefix + name, part)(view, at, littleEndian);
          return { name, value: value[name], store, load };
        }
        const inner = form as Aggregate;
        const names = inner.fields.map((field) => field.name);
        const store = (part: Value, view: DataView, at: number) =>
          inner.checkParts(codec, "", prefix, part)(view, at, littleEndian);
        const own = gather(Object.fromEntries(names.map((each) => [each, value[each]])));
        return { name: names.join("/"), value: own, store, load };
      });
    // An anonymous union has no name: its members are named.
    const names = this.parts.map(({ name, key }) => name ?? key).join("|");
    return checkUnion(codec, path === "" ? prefix + names : path, this.size, members);
  }

  get({ $codec, $view }: StructView, at: number, path: string): StructView {
    return new this.View($codec, $view, at, `${path}.`);
  }

  get View(): ViewClass {
    this.viewClass ??= viewClass(this.fields);
    return this.viewClass;
  }

  /** Path, type and offset of each number outside arrays. */
  numbers(prefix: string, start: number): string[] {
    return this.fields.flatMap(({ name, offset, form }) => {
      if (form instanceof Aggregate) return form.numbers(`${prefix}${name}.`, start + offset);
      const type = typeOf.get(form);
      return type === undefined ? [] : [`${prefix}${name} ${type} ${start + offset}`];
    });
  }
}

function viewClass(fields: readonly Field[]): ViewClass {
  class View implements StructView {
    constructor(
      readonly $codec: CodecContext,
      readonly $view: DataView,
      readonly $at: number,
      readonly $path: string,
    ) {}
  }
  for (const { name, offset, form } of fields)
    Object.defineProperty(View.prototype, name, {
      get(this: View) {
        return form.get(this, this.$at + offset, this.$path + name);
      },
      ...(form.isPlain && {
        set(this: View, value: Value) {
          assign(form, this, this.$at + offset, this.$path + name, value);
        },
      }),
    });
  return View;
}

const forms = new WeakMap<LayoutDescriptor, Aggregate>();

/** The form of a layout. A layout contains the same structs in all ABIs that have it. */
function formOf(layout: LayoutDescriptor, abi: LayoutAbi): Aggregate {
  const known = forms.get(layout) ?? aggregate(layout.members, layout.size, false, abi);
  forms.set(layout, known);
  return known;
}

function aggregate(members: readonly MemberDescriptor[], size: number, isUnion: boolean, abi: LayoutAbi): Aggregate {
  const parts = members
    .filter(({ flexible }) => !flexible)
    .map((member): Part => {
      const { name, key = name ?? "", offset, size: bytes, type } = member;
      return { name, key, offset, size: bytes, type, form: memberForm(member, abi) };
    });
  return new Aggregate(parts, size, isUnion && parts.length > 1);
}

function memberForm(member: MemberDescriptor, abi: LayoutAbi): Form {
  const { type, dims = [], size } = member;
  const last = dims.at(-1);
  if (last !== undefined && (type === "char" || type === "u8"))
    return arrays(dims.slice(0, -1), last, type === "char" ? textForm(last) : bytesForm(last));
  return arrays(dims, size / dims.reduce((product, dim) => product * dim, 1), elementForm(member, abi));
}

function arrays(dims: readonly number[], elementSize: number, element: Form): Form {
  const [length, ...rest] = dims;
  if (length === undefined) return element;
  const stride = rest.reduce((product, dim) => product * dim, elementSize);
  return arrayForm(length, stride, arrays(rest, elementSize, element));
}

/** The form of a member that is no array, or of one element. */
function elementForm({ type, size, dims = [], members }: MemberDescriptor, abi: LayoutAbi): Form {
  if (members) {
    const elements = dims.reduce((product, dim) => product * dim, 1);
    return aggregate(members, size / elements, type === "union", abi);
  }
  if (type.startsWith("struct ")) return formOf(layoutOf(type, abi), abi);
  const form = numberForm(type as ScalarType);
  typeOf.set(form, type);
  return form;
}

/** Types of the forms of numbers. */
const typeOf = new WeakMap<Form, string>();

function sizeOf(type: string, abi: LayoutAbi): number {
  return scalar(type)?.size ?? layoutOf(type, abi).size;
}

function layoutOf(type: string, abi: LayoutAbi): LayoutDescriptor {
  const layout = abi.layoutOfKey(type.slice("struct ".length));
  if (!layout) throw new TypeError(`the ABI has no ${type}`);
  return layout;
}
