/**
 * Composes an image by executing the grammar of its ABI. The grammar determines which record comes next, the parts provide its contents: the same
 * parts make an image of any version, and no order is written down a second time.
 */
import { evaluate, holds, type Scope } from "../image/abi/evaluate.js";
import { isSkippable, Syntax, type SyntaxRule, type SyntaxStep } from "../image/walk/syntax.js";
import type { Fields } from "./keyed-codec.js";
import { type ComposedRecord, type Part, SharedObject } from "./part.js";
import type { Elements, Payload } from "./payload.js";
import { Supply } from "./supply.js";
import type { ImageWriter } from "./writer.js";

/**
 * Writes a whole image.
 *
 * @param image part that fills the start rule of the grammar
 * @param numbers returns the number of each new object
 * @throws {TypeError} when the parts lack a record, or have more or fewer parts than they announce
 */
export function compose(writer: ImageWriter, image: Part, numbers: () => number): void {
  new Composition(writer, numbers).run(image);
}

/** An open rule. */
interface OpenRule {
  readonly rule: SyntaxRule;
  readonly parent: OpenRule | undefined;
  supply: Supply;
  /** Fields of the latest records by name, and sums over payloads by label, as far as conditions use them. */
  values: Map<string, Fields> | undefined;
}

/** Thrown to leave all rules when the image ends with an error record. */
const GIVEN_UP = Symbol("given up");

class Composition {
  private readonly syntax: Syntax;
  private readonly scope: Scope;
  /** Type numbers of objects by name. */
  private readonly objectTypes: ReadonlyMap<string, number>;
  /** Object numbers that `unseen()` has marked. */
  private readonly asked = new Set<number>();
  private frame!: OpenRule;

  constructor(
    private readonly writer: ImageWriter,
    private readonly numbers: () => number,
  ) {
    const { format } = writer;
    this.syntax = new Syntax(format);
    this.objectTypes = new Map([...format.abi.objects].map(([number, { name }]) => [name, number]));
    this.scope = {
      field: (record, path) => this.field(record ?? "", path),
      constant: (name) => format.constant(name),
      variable: (name) => (name === "page_size" ? format.pageSize : format.wordSize),
      unseen: (objref) => this.unseen(objref),
      sum: (label, path) => this.field(label, path),
    };
  }

  run(image: Part): void {
    try {
      this.follow(this.syntax.start, new Supply(image), undefined);
    } catch (error) {
      if (error !== GIVEN_UP) throw error;
    }
  }

  private follow(rule: SyntaxRule, supply: Supply, parent: OpenRule | undefined): void {
    this.frame = { rule, parent, supply, values: undefined };
    for (const item of rule.items) this.execute(item);
    if (parent) this.frame = parent;
  }

  private execute(step: SyntaxStep): void {
    const { when, repeat, optional } = step.entry;
    if (repeat === "some" && when !== undefined) {
      while (holds(when, this.scope)) this.again(step);
      this.wantNone(step);
      return;
    }
    if (when !== undefined && !holds(when, this.scope)) return;
    if (repeat === "any" || repeat === "some") {
      while (this.advanceTo(step)) this.again(step);
      return;
    }
    if (repeat !== undefined) {
      for (let count = evaluate(repeat, this.scope); count > 0; count--) this.again(step);
      this.wantNone(step);
      return;
    }
    if (optional && !this.advanceTo(step)) return;
    this.once(step);
  }

  /** Executes one round of a repeated node. */
  private again(step: SyntaxStep): void {
    if (step.entry.kind !== "sequence") {
      this.once(step);
      return;
    }
    const { frame } = this;
    const { supply } = frame;
    const round = supply.rounds.next();
    if (!round) throw this.mistake("fewer rounds than it announces");
    frame.supply = new Supply(round);
    for (const item of step.items) this.execute(item);
    frame.supply = supply;
  }

  /** Checks that no parts are left after a counted repetition. */
  private wantNone(step: SyntaxStep): void {
    const { kind } = step.entry;
    const left =
      kind === "sequence"
        ? !this.frame.supply.rounds.empty
        : kind === "rule" && this.frame.supply.rule(keyOf(step))?.empty === false;
    if (left) throw this.mistake(`more ${kind === "rule" ? keyOf(step) : "rounds"} than it announces`);
  }

  private once(step: SyntaxStep): void {
    const { supply } = this.frame;
    switch (step.entry.kind) {
      case "record":
        this.record(step);
        return;
      case "ref":
      case "object": {
        const object = this.takeObject(step);
        if (object && object.objref === undefined) this.introduce(object);
        return;
      }
      case "rule": {
        const parts = supply.rule(keyOf(step));
        const part = parts?.next();
        if (parts && !part) throw this.mistake(`fewer ${keyOf(step)} than it announces`);
        this.follow(step.rule as SyntaxRule, part ? new Supply(part) : supply, this.frame);
        return;
      }
      case "sequence":
        for (const item of step.items) this.execute(item);
        return;
      case "choice": {
        const item = step.items.find((candidate) => this.advanceTo(candidate));
        if (item) this.execute(item);
        else if (!isSkippable(step)) throw this.mistake("none of what could follow");
      }
    }
  }

  /** Skips objects that are already written, and returns whether the parts then have something for a node. */
  private advanceTo(step: SyntaxStep): boolean {
    const { supply } = this.frame;
    switch (step.entry.kind) {
      case "record":
        return this.recordOf(step) !== undefined;
      case "ref":
        return false;
      case "object":
        while (supply.object(step.entry.name)?.objref !== undefined) supply.take(step.entry.name);
        return supply.object(step.entry.name) !== undefined;
      case "rule": {
        const parts = supply.rule(keyOf(step));
        return parts ? !parts.empty : (step.rule as SyntaxRule).items.some((item) => this.advanceTo(item));
      }
      case "sequence":
        // A repeated sequence has parts of its own; another one is filled from the current part.
        if (step.entry.repeat !== undefined) return !supply.rounds.empty;
        return step.items.some((item) => this.advanceTo(item));
      case "choice":
        return step.items.some((item) => this.advanceTo(item));
    }
  }

  private recordOf({ entry }: SyntaxStep): ComposedRecord | undefined {
    const { supply } = this.frame;
    if (entry.kind !== "record") return undefined;
    return (entry.as === undefined ? undefined : supply.record(entry.as)) ?? supply.record(entry.name);
  }

  private record(step: SyntaxStep): void {
    const { entry } = step;
    if (entry.kind !== "record") return;
    const { supply } = this.frame;
    const label = entry.as !== undefined && supply.record(entry.as) ? entry.as : entry.name;
    const record = supply.record(label);
    if (!record) throw this.givingUp(entry.as ?? entry.name);
    supply.take(label);
    const fields = this.resolve(record.fields ?? {}) as Fields;
    const { payload, tail, raw, configuration } = record;
    this.writer.record(entry.name, {
      fields,
      tail,
      payload: isElements(payload) ? this.elements(payload, entry.contains?.of) : payload,
      raw,
      configuration,
    });
    if (this.syntax.fields.has(entry.name)) this.keep(entry.name, fields);
    if (entry.as !== undefined && this.syntax.sums.has(entry.as)) this.keep(entry.as, record.sums ?? {});
  }

  /** Writes the error message that replaces a missing record, if there is one. */
  private givingUp(missing: string): TypeError | typeof GIVEN_UP {
    const step = this.syntax.anywhere.find((candidate) => candidate.rule && this.advanceTo(candidate));
    if (!step) return this.mistake(`no ${missing}`);
    this.once(step);
    return GIVEN_UP;
  }

  /** Takes the object that a node refers to. */
  private takeObject({ entry }: SyntaxStep): SharedObject | undefined {
    const { supply } = this.frame;
    if (entry.kind === "ref" && Array.isArray(entry.number)) {
      const [, record, path] = entry.number as ["field", string, string];
      const object = supply.record(record)?.fields?.[path];
      return object instanceof SharedObject ? object : undefined;
    }
    if (entry.kind !== "ref" && entry.kind !== "object") return undefined;
    const object = supply.object(entry.name);
    if (object) supply.take(entry.name);
    return object;
  }

  /** Assigns a number to an object and writes its body. */
  private introduce(object: SharedObject): void {
    const objtype = this.objectTypes.get(object.type);
    const body = objtype === undefined ? undefined : this.syntax.bodies.get(objtype);
    object.objref = this.numbers();
    if (!body || !object.body) return;
    this.writer.record("OBJREF", { fields: { objtype, objref: object.objref } });
    this.follow(body, new Supply(object.body()), this.frame);
    object.written?.();
  }

  /** Replaces objects by their numbers, at any depth. */
  private resolve(value: unknown): unknown {
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
    if (value instanceof SharedObject) return this.numberOf(value);
    if (Array.isArray(value))
      return typeof value[0] === "object" ? value.map((element) => this.resolve(element)) : value;
    let resolved: Record<string, unknown> | undefined;
    for (const key in value) {
      const part = (value as Fields)[key];
      if (typeof part !== "object") continue;
      const made = this.resolve(part);
      if (made === part) continue;
      resolved ??= { ...value };
      resolved[key] = made;
    }
    return resolved ?? value;
  }

  private numberOf(object: SharedObject): number | undefined {
    if (!this.objectTypes.has(object.type)) return undefined;
    if (object.objref === undefined) this.introduce(object);
    return object.objref;
  }

  private elements({ elements, of }: Elements, usual: string | undefined): Elements {
    return { elements: this.resolve(elements) as unknown[], of: of ?? usual };
  }

  private keep(name: string, values: Fields): void {
    this.frame.values ??= new Map();
    this.frame.values.set(name, values);
  }

  /** A field of the latest record of that name in the innermost rule that has one; 0 if it was omitted. */
  private field(name: string, path: string): number {
    for (let frame: OpenRule | undefined = this.frame; frame; frame = frame.parent) {
      let value: unknown = frame.values?.get(name);
      if (value === undefined) continue;
      if (path in (value as Fields)) return Number((value as Fields)[path]);
      for (const key of path.split(".")) value = (value as Fields | undefined)?.[key];
      return Number(value ?? 0);
    }
    throw this.mistake(`no ${name} to take ${path} from`);
  }

  private unseen(objref: number): boolean {
    if (objref === 0 || this.asked.has(objref)) return false;
    this.asked.add(objref);
    return true;
  }

  private mistake(what: string): TypeError {
    return new TypeError(`the part for ${this.frame.rule.name} has ${what}`);
  }
}

/** Name of the rule of a node in the parts. */
function keyOf({ entry }: SyntaxStep): string {
  return entry.as ?? ("name" in entry ? entry.name : "");
}

function isElements(payload: Payload | undefined): payload is Elements {
  return typeof payload === "object" && "elements" in payload;
}
