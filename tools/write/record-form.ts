/** How records of one type are encoded: the struct that the given fields select, with its codec and blank value. */
import {
  type Abi,
  type AnyCodec,
  type BoundStruct,
  membersOf,
  type Subject,
  UnknownNameError,
} from "../../runtime/index.js";
import { HEADER_SIZE, type ImageFormat, type RecordKind } from "../image/abi/format.js";
import { hasTail, type TailCodec } from "../image/record/struct.js";
import { type Fields, KeyedCodec } from "./keyed-codec.js";

/** One struct of a record kind. */
export class RecordForm {
  /** Name for error messages. */
  readonly subject: Subject;
  readonly codec: AnyCodec | undefined;
  /** The codec, if the struct ends in a flexible array. */
  readonly tailCodec: TailCodec | undefined;
  readonly keyed: KeyedCodec | undefined;
  /** Size of the struct in bytes. */
  readonly size: number;
  private readonly tailKeyed: KeyedCodec | undefined;

  constructor(
    abi: Abi,
    readonly kind: RecordKind,
    struct: BoundStruct | undefined,
  ) {
    this.subject = { struct: kind.name, abi: abi.name };
    this.codec = struct && abi.struct(struct.name);
    this.tailCodec = this.codec && hasTail(this.codec) ? this.codec : undefined;
    this.keyed = struct && KeyedCodec.of(struct);
    this.size = this.codec?.size ?? HEADER_SIZE;
    const element = struct && membersOf(struct).tail?.struct;
    this.tailKeyed = element && KeyedCodec.of(element);
  }

  /** Elements of the flexible array in the form that the codec accepts. */
  tail(elements: readonly unknown[]): readonly unknown[] {
    const keyed = this.tailKeyed;
    return keyed ? elements.map((element) => keyed.value(element as Fields)) : elements;
  }
}

/** The forms of all records of one ABI. */
export class RecordForms {
  /** Forms by name of the record, then by the value that selects one of its structs. */
  private readonly forms = new Map<string, Map<unknown, RecordForm>>();

  constructor(private readonly format: ImageFormat) {}

  /**
   * The form of a record with these fields, one of which may select a variant.
   *
   * @param configuration kernel configuration whose struct is used, e.g. `vsx`
   * @throws {UnknownNameError} when this version has no such record or configuration
   */
  form(name: string, fields: Fields, configuration: string | undefined): RecordForm {
    const forms = this.forms.get(name);
    const known = forms?.get(configuration);
    if (known && !known.kind.entry.variants) return known;
    const kind = this.kind(name);
    const { variants } = kind.entry;
    const decider = variants ? fields[variants.on] : configuration;
    const form = forms?.get(decider);
    if (form) return form;
    const struct = variants ? this.variant(kind, Number(decider)) : this.configured(kind, configuration);
    const made = new RecordForm(this.format.abi, kind, struct);
    if (forms) forms.set(decider, made);
    else this.forms.set(name, new Map([[decider, made]]));
    return made;
  }

  private kind(name: string): RecordKind {
    const kind = this.format.kind(name);
    if (kind) return kind;
    const names = this.format.kinds.values().map((each) => each.name);
    throw new UnknownNameError("record", name, names, `${this.format.abi.name} does not have it`);
  }

  private variant(kind: RecordKind, value: number): BoundStruct | undefined {
    const { structs = {}, else: otherwise } = kind.entry.variants ?? {};
    const found = Object.entries(structs).find(([enumerator]) => this.format.constant(enumerator) === value)?.[1];
    const key = found ?? otherwise;
    return (key === undefined ? undefined : this.format.struct(key)) ?? kind.struct;
  }

  private configured(kind: RecordKind, configuration: string | undefined): BoundStruct | undefined {
    if (configuration === undefined) return kind.struct;
    const struct = this.format.struct(`${kind.entry.struct}_${configuration}`);
    if (!struct)
      throw new UnknownNameError(
        "configuration",
        configuration,
        [],
        `${kind.name} has no configuration with that name`,
      );
    return struct;
  }
}
