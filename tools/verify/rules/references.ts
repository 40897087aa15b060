/** Object numbers: fields that refer to objects, and objects that no field refers to. */
import type { RecordKind } from "../../image/abi/format.js";
import { elementsOf } from "../elements.js";
import {
  type Frame,
  inspection,
  type RecordHandler,
  type RecordHandlers,
  type RuleTexts,
  type Where,
} from "../inspection.js";
import type { RecordView } from "../record-view.js";
import { isNeverZero, type ReferenceField, ReferenceFields } from "../reference-fields.js";

/** Types of objects that need no reference: both ends of a terminal, senders of datagrams, devices of a namespace. */
const UNNAMED: readonly string[] = ["SOCK", "TTY", "SECURITY", "NET_NS", "NETDEV"];

/** Types of objects whose parts refer to the object itself, or to each other. */
const MUTUAL: readonly string[] = ["SOCK", "NET_NS", "NETDEV"];

/** Expected of a number that a record introduces. */
const FREE = "a number without a meaning";

const RULES = {
  "reference-unknown": ["refused", "A field that names an object names one that was introduced before."],
  "reference-type": ["refused", "A field that names an object names one of the right type."],
  "reference-negative": ["refused", "Numbers of objects are not negative."],
  "reference-zero": ["refused", "References without which a task or a file cannot be restarted are not zero."],
  "reference-incomplete": [
    "refused",
    "No record names an object whose body it belongs to, except the two ends of a pair of sockets.",
  ],
  "number-taken": [
    "refused",
    "A number refers to one thing only: an object, an inode, a pid, a label, or a terminal's own file.",
  ],
  "label-unknown": ["odd", "A label that a field names is in the image; one that is not counts as no label."],
  "object-unused": ["doubtful", "Every object is named by a record."],
  "label-unused": ["odd", "Every label is named by a record."],
} satisfies RuleTexts;

/** The broken rule, what was expected and what was found. */
type Fault = readonly [rule: keyof typeof RULES, expected: string, found: string];

export class ReferenceRules extends inspection(RULES) {
  private readonly objects = this.scene.objects;
  private readonly fields = new ReferenceFields(this.format, this.source);

  readonly every = (kind: RecordKind | undefined): RecordHandler | undefined => {
    if (kind?.fixedLength === undefined) return (view) => this.checkRecord(view);
    const fields = kind.struct ? this.fields.of(kind.struct, kind.name) : [];
    if (fields.length === 0) return undefined;
    return (view) => this.checkFields(view, fields, kind.payloadOffset);
  };
  readonly enterObject = ({ objref, name, offset }: Frame): void => {
    if (objref === undefined || objref <= 0) return;
    // The walk checks the numbers that the grammar uses, and reports them itself.
    if (this.scene.problemAt !== offset) this.numberTaken({ offset, name: "OBJREF" }, "objref", objref);
    this.objects.bind(objref, name, offset);
  };
  readonly records: RecordHandlers = {
    TTY: (view) => this.bind(view, "file_objref", "FILE"),
    SECURITY: (view) => this.bind(view, "ptrref", "SECURITY_PTR"),
  };
  readonly end = (): void => {
    for (const { number, type, offset } of this.objects.unused())
      if (type === "SECURITY_PTR") this.labelUnused(number, offset);
      else if (!this.fields.isBound(type) && !UNNAMED.includes(type)) this.objectUnused(number, type, offset);
  };

  /**
   * Checks the references of a record, if it has the whole struct.
   *
   * @param size bytes of the struct
   */
  private checkFields(view: RecordView, fields: readonly ReferenceField[], size: number): void {
    const { offset, length } = view.record;
    if (size <= length) this.checkStruct(view, fields, offset, size, "");
  }

  private checkRecord(view: RecordView): void {
    const { record, struct } = view;
    if (struct) this.checkFields(view, this.fields.of(struct, record.name), struct.layout.size);
    const elements = elementsOf(view);
    if (!elements) return;
    const { name, start, size, count } = elements;
    const own = this.fields.of(elements.struct, elements.struct.entry.descriptor.key);
    for (let i = 0; i < count && own.length > 0; i++)
      this.checkStruct(view, own, start + i * size, elements.struct.layout.size, `${name}[${i}].`);
  }

  private checkStruct(
    view: RecordView,
    fields: readonly ReferenceField[],
    start: number,
    size: number,
    prefix: string,
  ): void {
    for (const field of fields) {
      if (field.isMeant?.(start) === false) continue;
      const objref = field.read(this.source.view, this.source.window(start, size), this.format.littleEndian);
      if (objref === 0 && !field.isNeverZero) continue;
      if (objref > 0 && field.bindsAs !== undefined && this.objects.typeOf(objref) === undefined)
        this.objects.bind(objref, field.bindsAs, view.offset);
      const fault = this.faultOf(field.types, objref);
      if (fault) {
        const [rule, expected, found] = fault;
        this.report(rule, view, { field: prefix + field.path, at: start + field.offset, expected, found });
      } else this.objects.use(objref);
    }
  }

  /** The first rule that a reference breaks. */
  private faultOf(types: readonly string[], objref: number): Fault | undefined {
    if (objref === 0) return referenceZero(types);
    if (objref < 0) return referenceNegative(types, objref);
    const type = this.objects.typeOf(objref);
    if (type === undefined)
      return types.includes("SECURITY_PTR") ? labelUnknown(objref) : referenceUnknown(types, objref);
    if (!types.includes(type)) return referenceType(types, objref, type);
    return !MUTUAL.includes(type) && this.isOpen(objref) ? referenceIncomplete(types, objref) : undefined;
  }

  private isOpen(objref: number): boolean {
    for (let frame: Frame | undefined = this.scene.frame; frame; frame = frame.parent)
      if (frame.objref === objref) return true;
    return false;
  }

  /** Registers a number that a record reserves for its own use. */
  private bind(view: RecordView, field: string, type: string): void {
    const number = view.number(field) ?? 0;
    if (number < 0) this.wrong("reference-negative", view, field, FREE);
    if (number === 0 && isNeverZero(view.name, field)) this.wrong("reference-zero", view, field, FREE, "0");
    if (number <= 0) return;
    this.numberTaken(view, field, number);
    this.objects.bind(number, type, view.offset);
    if (type === "FILE") this.objects.use(number);
  }

  private numberTaken(where: Where, field: string, number: number): void {
    const taken = this.objects.typeOf(number);
    if (taken === undefined) return;
    this.report("number-taken", where, { field, expected: FREE, found: `${number}, which is ${taken} already` });
  }

  private objectUnused(number: number, type: string, offset: number): void {
    const expected = `a record that names the ${type}`;
    const found = `${number}, which none does`;
    this.report("object-unused", { offset, name: "OBJREF" }, { field: "objref", expected, found });
  }

  private labelUnused(number: number, offset: number): void {
    const found = `${number}, which none does`;
    const expected = "a record that names the label";
    this.report("label-unused", { offset, name: "SECURITY" }, { field: "ptrref", expected, found });
  }
}

function referenceZero(types: readonly string[]): Fault {
  return ["reference-zero", `the number of an object ${types.join(" or ")}`, "0"];
}

function referenceNegative(types: readonly string[], objref: number): Fault {
  return ["reference-negative", `the number of an object ${types.join(" or ")}`, `${objref}`];
}

function labelUnknown(objref: number): Fault {
  return ["label-unknown", "the `ptrref` of a label", `${objref}`];
}

function referenceUnknown(types: readonly string[], objref: number): Fault {
  return ["reference-unknown", `an object ${types.join(" or ")} that was introduced before`, `${objref}`];
}

function referenceType(types: readonly string[], objref: number, type: string): Fault {
  return ["reference-type", `the number of an object ${types.join(" or ")}`, `${objref}, which is ${type}`];
}

function referenceIncomplete(types: readonly string[], objref: number): Fault {
  return ["reference-incomplete", `an object ${types.join(" or ")} that is complete`, `${objref}`];
}
