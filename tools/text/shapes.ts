/** The structs of the records of an ABI, with their forms. */
import { type AnyCodec, type BoundStruct, membersOf } from "../../runtime/index.js";
import type { ImageFormat } from "../image/abi/format.js";
import type { Form } from "./form.js";
import { Forms, type StructForm } from "./struct-form.js";

export interface Shape {
  readonly struct: BoundStruct;
  readonly codec: AnyCodec;
  /** The fields without the record header. */
  readonly form: StructForm;
  /** The flexible array at the end of the struct: its name among the fields, and the form of its elements. */
  readonly tail: { readonly name: string; readonly form: Form } | undefined;
}

export class Shapes {
  readonly forms: Forms;
  private readonly shapes = new Map<BoundStruct, Shape>();
  /** Structs that begin with the record header, by C name. */
  private readonly byName = new Map<string, BoundStruct>();

  constructor(readonly format: ImageFormat) {
    this.forms = new Forms(format);
    for (const struct of format.abi.structs) {
      const [first] = membersOf(struct).direct;
      if (first?.isHeader || first?.isCommon) this.byName.set(struct.name, struct);
    }
  }

  /** A struct of a record by its C name. */
  named(name: string): BoundStruct | undefined {
    return this.byName.get(name);
  }

  get names(): string[] {
    return [...this.byName.keys()];
  }

  of(struct: BoundStruct): Shape {
    let shape = this.shapes.get(struct);
    if (!shape) {
      const { forms, format } = this;
      shape = { struct, codec: format.codec(struct), form: forms.struct(struct), tail: forms.tail(struct) };
      this.shapes.set(struct, shape);
    }
    return shape;
  }
}
