/** The line forms of the structs and widths of one ABI, each built once from the forms of its members. */

import type { BoundStruct, Member } from "../../../runtime/index.js";
import { type Scalar, scalar } from "../../../runtime/scalars.js";
import type { Tail } from "../../image/abi/tail.js";
import { utf8 } from "../../utf8.js";
import { BytesForm, TextForm } from "../byte-forms.js";
import type { Form } from "../form.js";
import { IntegerForm } from "../integer.js";
import type { Shapes } from "../shapes.js";
import { ArrayForm, type Slot, StructForm } from "../struct-form.js";
import { HexLine, TextLine } from "./byte-lines.js";
import { IntegerLine } from "./integer-line.js";
import { isZero, type LineForm } from "./line-form.js";
import { ArrayLine, type MemberLine, StructLine } from "./struct-line.js";

/** A line form with what its text lacks: bytes between the members, and of a union those outside the member that the text has. */
export interface SizedLine<Line extends LineForm = LineForm> {
  readonly line: Line;
  readonly size: number;
  /** Ranges of bytes that the text does not have. The text is lossless where all of them are zero, because they become zero. */
  readonly gaps: readonly { readonly start: number; readonly end: number }[];
}

/** The struct of a record. */
export interface RecordLine {
  /** The struct; its gaps are those before the flexible array, which begins within the padding at the end of some structs. */
  readonly own: SizedLine<StructLine>;
  /** Whether the text has an object of fields. */
  readonly hasFields: boolean;
  /** The flexible array at the end of the struct. */
  readonly tail: { readonly key: Uint8Array; readonly place: Tail; readonly element: SizedLine } | undefined;
}

/** Whether the text of a value is lossless: all bytes that it lacks are zero. */
export function isLossless({ gaps }: SizedLine, view: DataView, at: number): boolean {
  for (const { start, end } of gaps) if (!isZero(view, at + start, at + end)) return false;
  return true;
}

export class Lines {
  private readonly littleEndian: boolean;
  private readonly records = new Map<BoundStruct, RecordLine | undefined>();
  private readonly elements = new Map<string, SizedLine | undefined>();

  constructor(private readonly shapes: Shapes) {
    this.littleEndian = shapes.format.littleEndian;
  }

  /** The line form of the struct of a record; undefined if what the text has of it depends on its values. */
  record(struct: BoundStruct): RecordLine | undefined {
    if (!this.records.has(struct)) this.records.set(struct, this.makeRecord(struct));
    return this.records.get(struct);
  }

  /** The line form of a payload element, given as a width or the schema key of a struct; undefined like that of a record. */
  element(type: string): SizedLine | undefined {
    if (!this.elements.has(type)) this.elements.set(type, this.makeElement(type));
    return this.elements.get(type);
  }

  private makeRecord(struct: BoundStruct): RecordLine | undefined {
    const { form, tail, codec } = this.shapes.of(struct);
    const line = this.struct(form);
    if (!line) return undefined;
    const place = this.shapes.format.tail(struct);
    const own = { line, size: codec.size, gaps: gapsOf(line, place?.member.offset ?? codec.size) };
    if (!tail) return { own, hasFields: !form.empty, tail: undefined };
    const element = place && this.sized(tail.form, place.member.width, place.elementSize);
    if (!element) return undefined;
    return { own, hasFields: true, tail: { key: utf8(`${JSON.stringify(tail.name)}: `), place, element } };
  }

  private makeElement(type: string): SizedLine | undefined {
    const form = this.shapes.forms.element(type);
    const size = this.shapes.format.elementSize(type);
    return form && size ? this.sized(form, scalar(type), size) : undefined;
  }

  private sized(form: Form, width: Scalar | undefined, size: number): SizedLine | undefined {
    const line = this.line(form, width, size);
    return line && { line, size, gaps: gapsOf(line, size) };
  }

  private struct({ slots, cases, header }: StructForm): StructLine | undefined {
    if (cases) return undefined;
    const lines: MemberLine[] = [];
    for (const [name, slot] of slots) {
      if (!isShown(slot.member)) continue;
      const line = this.member(slot);
      if (!line) return undefined;
      lines.push({ name, ...line });
    }
    return new StructLine(lines, header);
  }

  private member({ form, member, zero }: Slot): Omit<MemberLine, "name"> | undefined {
    const { width, dims, offset, size } = member;
    const line = this.line(form, width, size);
    if (!line) return undefined;
    const quiet = zero === undefined ? undefined : { start: offset, end: offset + size };
    // Members of an aggregate within a struct have offsets from the start of the struct already.
    return { line, offset: form instanceof StructForm && !dims ? 0 : offset, quiet };
  }

  /**
   * The line form of a value of `size` bytes; undefined if its form has none.
   *
   * @param width of a number, or of the numbers of an array
   */
  private line(form: Form, width: Scalar | undefined, size: number): LineForm | undefined {
    if (form instanceof StructForm) return this.struct(form);
    if (form instanceof TextForm) return new TextLine(size);
    if (form instanceof BytesForm) return form.colons ? undefined : new HexLine(size);
    if (form instanceof IntegerForm) return width && new IntegerLine(form, width, this.littleEndian);
    if (!(form instanceof ArrayForm) || form.length === 0) return undefined;
    const element = { size: size / form.length, line: this.line(form.element, width, size / form.length) };
    return element.line && new ArrayLine(form.length, { ...element, line: element.line });
  }
}

/** Whether the text of a struct without cases has the member: of a union, it has the one that determines all bytes. */
function isShown({ arms }: Member): boolean {
  return arms.every(({ rank }) => rank === 0);
}

function gapsOf(line: LineForm, size: number): SizedLine["gaps"] {
  const mask = new Uint8Array(size);
  line.cover(mask, 0);
  const gaps: { start: number; end: number }[] = [];
  for (let start = mask.indexOf(0); start >= 0; ) {
    const next = mask.indexOf(1, start);
    const end = next < 0 ? size : next;
    gaps.push({ start, end });
    start = next < 0 ? -1 : mask.indexOf(0, end);
  }
  return gaps;
}
