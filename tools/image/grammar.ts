/**
 * Walks over the records of an image by the grammar of its ABI and tells a handler what each record is. The head of
 * `schema/grammar.yaml` says how its nodes are to be executed.
 *
 * Memory is bounded: the walk keeps the chain of open rules with the few fields that conditions ask for, and the object numbers seen.
 */
import type { BoundStruct, Expression, PayloadEntry } from "../../runtime/index.js";
import { ImageError, type ImageErrorCode } from "./errors.js";
import { evaluate, holds, type Scope } from "./evaluate.js";
import { type FieldPlace, placeOf } from "./fields.js";
import type { ImageFormat, RecordKind } from "./format.js";
import { bytes, type ImageRecord, readRecord } from "./records.js";
import type { ImageSource } from "./source.js";
import { recordSize } from "./struct.js";
import { ANY_OBJECT, objectKey, type Rule, type Starts, type Step, Syntax } from "./syntax.js";

/** Rules and objects within each other. Kernels need about fifteen levels; a chain of hostile OBJREF records would need any number. */
export const MAX_DEPTH = 200;

/** A shared object as its OBJREF record introduces it. */
export interface ObjectHead {
  readonly record: ImageRecord;
  /** Name of the object type, without `CKPT_OBJ_`. */
  readonly type: string;
  readonly objref: number;
}

/** Hears what the walk finds, in the order of the image. */
export interface WalkHandler {
  /** A rule begins, or with `object` the body of a shared object. `step` is the node of the grammar that wanted it. */
  enter(rule: Rule, step: Step | undefined, object: ObjectHead | undefined): void;
  /** The rule that began last ends. Rules in which damage or an error record ends the image are not left. */
  leave(): void;
  /**
   * A record of the open rule. Without `step` it is one that was stepped over: of an unknown type, or behind the end of the image,
   * where no rule is open any more.
   */
  record(record: ImageRecord, step: Step | undefined): void;
  /** Something is wrong that does not keep the walk from going on. Without this method such a problem is thrown. */
  problem?(problem: ImageError): void;
}

/** How an image ends: as it should, or with the message of a writer that gave up. */
export type WalkEnd = "complete" | "error";

/**
 * Walks over an image from its first record to its last.
 *
 * @throws {ImageError} at the first record that cannot be where it is; all before it was told to the handler
 */
export function walk(format: ImageFormat, source: ImageSource, handler: WalkHandler): WalkEnd {
  return new Walk(format, source, handler).run();
}

/** A rule that is being followed, with the fields that were read in it. */
interface Frame {
  readonly rule: Rule;
  readonly parent: Frame | undefined;
  readonly depth: number;
  /** By name of the record or label of the payload; made when there is something to keep. */
  values: Map<string, KeptFields> | undefined;
}

/** The fields of a record, or the sums over a payload, that expressions of the grammar ask for. */
type KeptFields = ReadonlyMap<string, number>;

/** Unwinds the open rules when the image ends with an error record, which is a proper end. */
const ENDED_BY_ERROR = Symbol("ended by an error record");

class Walk {
  private readonly syntax: Syntax;
  private readonly objrefKind: RecordKind;
  private readonly objtype: FieldPlace;
  private readonly objref: FieldPlace;
  private readonly places = new Map<RecordKind, Map<BoundStruct | undefined, Map<string, FieldPlace>>>();
  private readonly scope: Scope;
  /** Object numbers that were introduced, by an OBJREF or by being asked for. */
  private readonly seen = new Set<number>();

  private frame: Frame | undefined;
  private withinAnywhere = false;
  /** The record on hand; null at the end of the image, undefined when it has not been looked at. */
  private next: ImageRecord | null | undefined;
  private offset = 0;
  /** The record and the payload that an expression without record names is about. */
  private own: ImageRecord | undefined;

  constructor(
    private readonly format: ImageFormat,
    private readonly source: ImageSource,
    private readonly handler: WalkHandler,
  ) {
    this.syntax = syntaxOf(format);
    this.objrefKind = format.kind("OBJREF") as RecordKind;
    this.objtype = this.objrefKind.place(undefined, "objtype") as FieldPlace;
    this.objref = this.objrefKind.place(undefined, "objref") as FieldPlace;
    this.scope = {
      field: (record, path) => this.field(record, path),
      constant: (name) => format.constant(name),
      variable: (name) => this.variable(name),
      unseen: (objref) => this.unseen(objref),
      sum: (label, path) => this.find(label, path),
    };
  }

  run(): WalkEnd {
    try {
      this.follow(this.syntax.start, undefined, undefined);
    } catch (error) {
      if (error !== ENDED_BY_ERROR) throw error;
      return "error";
    }
    this.passTrailing();
    return "complete";
  }

  /** Steps over what follows the end of a complete image, which no kernel writes. */
  private passTrailing(): void {
    const first = this.peek();
    if (!first) return;
    this.problem("trailing-record", { record: first, expected: "the end of the image", found: found(first) });
    for (let record: ImageRecord | null = first; record; record = this.peek()) {
      this.handler.record(record, undefined);
      this.advance(record);
    }
  }

  /** Executes the items of a rule. */
  private follow(rule: Rule, step: Step | undefined, object: ObjectHead | undefined): void {
    const parent = this.frame;
    const depth = (parent?.depth ?? 0) + 1;
    if (depth > MAX_DEPTH)
      throw this.error("nesting", {
        offset: object?.record.offset ?? this.offset,
        expected: `at most ${MAX_DEPTH} objects and rules within each other`,
        found: `another ${rule.name}`,
      });
    this.frame = { rule, parent, depth, values: undefined };
    this.handler.enter(rule, step, object);
    for (const item of rule.items) this.execute(item);
    this.handler.leave();
    this.frame = parent;
  }

  private execute(step: Step): void {
    const { when, repeat, optional } = step.entry;
    if (repeat === "some" && when !== undefined) {
      while (holds(when, this.scope)) if (!this.consumes(step)) return;
      return;
    }
    if (when !== undefined && !holds(when, this.scope)) return;
    if (repeat === "any" || repeat === "some") {
      if (repeat === "some") this.once(step);
      while (this.isNext(step.starts)) if (!this.consumes(step)) return;
      return;
    }
    if (repeat !== undefined) {
      // The count is not trusted: it ends at the first record that does not fit, or at the first round without a record.
      for (let rounds = this.count(repeat, step); rounds > 0; rounds--) if (!this.consumes(step)) return;
      return;
    }
    if (optional && !this.isNext(step.starts)) return;
    this.once(step);
  }

  /** One round of a repeated node; whether it took any record. */
  private consumes(step: Step): boolean {
    const before = this.offset;
    this.once(step);
    return this.offset > before;
  }

  private once(step: Step): void {
    switch (step.entry.kind) {
      case "record":
        if (step.starts.has(ANY_OBJECT)) this.object(step);
        else this.expect(step);
        break;
      case "ref":
        if (this.isNext(step.starts)) this.object(step);
        break;
      case "object":
        if (!this.isNext(step.starts)) this.passAnywhere();
        this.object(step);
        break;
      case "rule":
        this.follow(step.rule as Rule, step, undefined);
        break;
      case "sequence":
        for (const item of step.items) this.execute(item);
        break;
      case "choice":
        this.choose(step);
    }
  }

  private choose(step: Step): void {
    const fitting = () => step.items.find((item) => this.isNext(item.starts));
    let item = fitting();
    if (!item) {
      this.passAnywhere();
      item = fitting();
    }
    if (item) this.execute(item);
    else if (!step.skippable) throw this.unexpected(this.describe(step.starts));
  }

  /** Takes the record that a node wants. */
  private expect(step: Step): void {
    const kind = step.kind as RecordKind;
    this.passAnywhere();
    const record = this.peek();
    if (record?.kind !== kind) throw this.unexpected(`${kind.name} (${kind.number})`, kind.name);
    this.checkSize(record);
    this.keepFields(record);
    this.checkPayload(record, step);
    this.handler.record(record, step);
    this.advance(record);
  }

  /** Takes a shared object: the OBJREF record and the body after it. */
  private object(step: Step): void {
    const record = this.peek();
    if (!record || !this.isNext(step.starts)) throw this.unexpected(this.describe(step.starts));
    this.checkSize(record);
    const at = this.source.window(record.offset, Math.min(record.length, this.objrefKind.longest));
    const objectType = Number(this.objtype.read(this.source.view, at, this.format.littleEndian));
    const objref = Number(this.objref.read(this.source.view, at, this.format.littleEndian));
    const body = this.syntax.bodies.get(objectType);
    if (!body)
      throw this.error("object-type", {
        record,
        expected: "the type of an object that begins with such a record",
        found: `${objectType}${this.format.abi.objects.has(objectType) ? ` (${this.format.abi.objects.get(objectType)?.name})` : ""}`,
      });
    if (objref <= 0 || this.seen.has(objref))
      this.problem("object-number", {
        record,
        expected: "a positive number that no object has yet",
        found: `${objref}`,
      });
    this.seen.add(objref);
    this.advance(record);
    this.follow(body, step, { record, type: body.name, objref });
  }

  /** Lets pass what may stand before any record: objects, error messages, and records of types that nobody knows. */
  private passAnywhere(): void {
    if (this.withinAnywhere) return;
    for (;;) {
      const record = this.peek();
      if (!record) return;
      if (!record.kind) {
        this.problem("unknown-record", { record, expected: "a type that this version has", found: found(record) });
        this.handler.record(record, undefined);
        this.advance(record);
        continue;
      }
      const step = this.syntax.anywhere.find(({ starts }) => this.isNext(starts));
      if (!step) return;
      if (step.rule) this.passError(step, step.rule);
      else this.once(step);
    }
  }

  /** Takes an error message. After it the image may end. */
  private passError(step: Step, rule: Rule): void {
    this.withinAnywhere = true;
    this.follow(rule, step, undefined);
    this.withinAnywhere = false;
    if (!this.peek()) throw ENDED_BY_ERROR;
  }

  /** Whether struct and tail of a record fill it. */
  private checkSize(record: ImageRecord): void {
    const size = recordSize(this.format, this.source, record);
    if (!size) return;
    const { least, exact } = size;
    if (exact === undefined ? record.length >= least : record.length === exact) return;
    const expected = `${exact === undefined ? "at least " : ""}${bytes(exact ?? least)}`;
    const report = { record, expected, found: bytes(record.length) };
    // What the grammar goes by has to be there.
    if (record.length < least) throw this.error("record-size", report);
    this.problem("record-size", report);
  }

  /** Whether the payload is as long as grammar and records say. */
  private checkPayload(record: ImageRecord, step: Step): void {
    const contains = step.entry.contains ?? (step.kind as RecordKind).payload;
    if (!contains) return;
    this.own = record;
    const expected = this.payloadSize(contains, record);
    this.own = undefined;
    const { start, end } = record.payload;
    const subject = step.entry.as ?? contains.kind;
    if (expected !== undefined && expected !== end - start)
      this.problem("record-size", {
        record,
        expected: `${bytes(expected)} of ${subject}`,
        found: bytes(end - start),
      });
    else this.keepSums(record, step, contains);
  }

  private payloadSize(contains: PayloadEntry, record: ImageRecord): number | undefined {
    const { length, count, of, slack = 0 } = contains;
    if (length !== undefined) return evaluate(length, this.scope);
    const element = of === undefined ? undefined : this.format.elementSize(of);
    if (count === undefined || element === undefined) return undefined;
    const elements = evaluate(count, this.scope);
    if (elements < 0) this.problem("bad-count", { record, expected: `a number of ${of}`, found: `${elements}` });
    return elements * element + slack;
  }

  /** Keeps the fields of a record that expressions of the grammar ask for. */
  private keepFields(record: ImageRecord): void {
    const kind = record.kind as RecordKind;
    const paths = this.syntax.fields.get(kind.name);
    if (!paths) return;
    const at = this.source.window(record.offset, Math.min(record.length, kind.longest));
    const struct = kind.structOf(this.source.view, at, record.length);
    const values = new Map<string, number>();
    for (const [path, place] of this.placesOf(kind, struct, paths))
      if (place.offset + place.size <= record.length)
        values.set(path, Number(place.read(this.source.view, at, this.format.littleEndian)));
    this.keep(kind.name, values);
  }

  /** Where the fields lie that are asked for, as far as the struct has them. */
  private placesOf(
    kind: RecordKind,
    struct: BoundStruct | undefined,
    paths: ReadonlySet<string>,
  ): ReadonlyMap<string, FieldPlace> {
    const structs = this.places.get(kind) ?? new Map<BoundStruct | undefined, Map<string, FieldPlace>>();
    this.places.set(kind, structs);
    let places = structs.get(struct);
    if (!places) {
      places = new Map();
      for (const path of paths) {
        const place = kind.place(struct, path);
        if (place) places.set(path, place);
      }
      structs.set(struct, places);
    }
    return places;
  }

  /** Keeps the sums over the elements of a payload that expressions ask for. The elements are read one at a time. */
  private keepSums(record: ImageRecord, step: Step, { of }: PayloadEntry): void {
    const label = step.entry.as;
    const paths = label === undefined ? undefined : this.syntax.sums.get(label);
    const struct = of === undefined ? undefined : this.format.struct(of);
    if (label === undefined || !paths || !struct) return;
    const values = new Map<string, number>();
    for (const path of paths) {
      const place = placeOf(this.format.abi, struct.layout, path);
      if (place) values.set(path, this.sum(record, struct.layout.size, place));
    }
    this.keep(label, values);
  }

  private sum(record: ImageRecord, stride: number, place: FieldPlace): number {
    const { start, end } = record.payload;
    let total = 0;
    for (let offset = start; offset + stride <= end; offset += stride) {
      const at = this.source.window(offset, stride);
      total += Number(place.read(this.source.view, at, this.format.littleEndian));
    }
    return total;
  }

  private keep(name: string, values: KeptFields): void {
    const frame = this.frame as Frame;
    frame.values ??= new Map();
    frame.values.set(name, values);
  }

  private field(record: string | null, path: string): number {
    if (record !== null) return this.find(record, path);
    const own = this.own as ImageRecord;
    const kind = own.kind as RecordKind;
    const place = kind.place(kind.struct, path);
    if (!place || place.offset + place.size > own.length) throw this.missing(own.name, path);
    const at = this.source.window(own.offset, Math.min(own.length, kind.longest));
    return Number(place.read(this.source.view, at, this.format.littleEndian));
  }

  /** A field of the latest record of that name, in the innermost open rule that has one. */
  private find(name: string, path: string): number {
    for (let frame = this.frame; frame; frame = frame.parent) {
      const value = frame.values?.get(name);
      if (!value) continue;
      const number = value.get(path);
      if (number === undefined) break;
      return number;
    }
    throw this.missing(name, path);
  }

  private variable(name: string): number {
    if (name === "page_size") return this.format.pageSize;
    if (name === "word_size") return this.format.wordSize;
    const { start, end } = (this.own as ImageRecord).payload;
    return end - start;
  }

  /** A number of zero means that there is no object. */
  private unseen(objref: number): boolean {
    if (objref === 0 || this.seen.has(objref)) return false;
    this.seen.add(objref);
    return true;
  }

  private count(expression: Expression, step: Step): number {
    const count = evaluate(expression, this.scope);
    if (count < 0)
      this.problem("bad-count", { expected: `a number of ${this.describe(step.starts)}`, found: `${count}` });
    return count;
  }

  private peek(): ImageRecord | null {
    if (this.next === undefined)
      this.next = this.offset < this.source.size ? readRecord(this.format, this.source, this.offset) : null;
    return this.next;
  }

  private advance(record: ImageRecord): void {
    this.offset = record.next;
    this.next = undefined;
  }

  /** Whether the record on hand is one of those. */
  private isNext(starts: Starts): boolean {
    const record = this.peek();
    if (!record) return false;
    if (record.kind !== this.objrefKind) return starts.has(record.type);
    if (starts.has(ANY_OBJECT)) return true;
    if (record.length < this.objtype.offset + this.objtype.size) return false;
    const at = this.source.window(record.offset, this.objtype.offset + this.objtype.size);
    return starts.has(objectKey(Number(this.objtype.read(this.source.view, at, this.format.littleEndian))));
  }

  private describe(starts: Starts): string {
    const names = [...starts].map((start) => {
      if (start === ANY_OBJECT) return "an object";
      if (start < 0) return `an object ${this.syntax.bodies.get(-1 - start)?.name ?? -1 - start}`;
      return `${this.format.kinds.get(start)?.name} (${start})`;
    });
    return names.join(" or ");
  }

  private unexpected(expected: string, name?: string): ImageError {
    const record = this.peek();
    if (record) return this.error("unexpected-record", { record, expected, found: found(record) });
    return this.error("unexpected-end", { name, expected, found: "the end of the image" });
  }

  private missing(name: string, path: string): ImageError {
    return this.error("record-size", { expected: `a field ${name}.${path} to go by`, found: "none" });
  }

  private problem(code: ImageErrorCode, facts: Facts): void {
    const problem = this.error(code, facts);
    if (!this.handler.problem) throw problem;
    this.handler.problem(problem);
  }

  private error(code: ImageErrorCode, { record, name, offset, expected, found }: Facts): ImageError {
    return new ImageError(code, {
      offset: offset ?? record?.offset ?? this.offset,
      record: record?.name ?? name,
      rule: this.frame?.rule.name,
      expected,
      found,
    });
  }
}

interface Facts {
  readonly record?: ImageRecord | undefined;
  readonly name?: string | undefined;
  readonly offset?: number;
  readonly expected: string;
  readonly found: string;
}

function found(record: ImageRecord): string {
  return `${record.title} of ${bytes(record.length)}`;
}

const syntaxes = new WeakMap<ImageFormat, Syntax>();

function syntaxOf(format: ImageFormat): Syntax {
  const syntax = syntaxes.get(format) ?? new Syntax(format);
  syntaxes.set(format, syntax);
  return syntax;
}
