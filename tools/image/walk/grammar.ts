/**
 * Walks over the records of an image by the grammar of its ABI and reports each record to a handler. The head of `schema/grammar.yaml` defines how
 * its nodes are executed.
 *
 * Memory is bounded: the walk keeps the chain of open rules with the few fields that conditions use, and the object numbers seen.
 */

import { ImageError, type ImageErrorCode } from "../../errors/image-error.js";
import { counted } from "../../words.js";
import { isTrue } from "../abi/evaluate.js";
import { type FieldPlace, fieldPlaceOf } from "../abi/fields.js";
import type { ImageFormat, RecordKind } from "../abi/format.js";
import type { ImageSource } from "../bytes/source.js";
import { type ImageRecord, readRecord } from "../record/records.js";
import { recordSize } from "../record/struct.js";
import { ASKED } from "./asked-fields.js";
import { KeptFields } from "./kept.js";
import { END, isSkippable, Syntax, type SyntaxRule, type SyntaxStep, type Token, UNKNOWN } from "./syntax.js";
import type { PayloadForm, Reading } from "./terms.js";

/** Maximum nesting of rules and objects. Kernels need about fifteen levels; a chain of hostile OBJREF records would need any number. */
export const MAX_DEPTH = 200;

/** A shared object, as its OBJREF record introduces it. */
export interface ObjectHead {
  readonly record: ImageRecord;
  /** Name of the object type, without `CKPT_OBJ_`. */
  readonly type: string;
  readonly objref: number;
}

/** Receives the events of a walk, in the order of the image. */
export interface WalkHandler {
  /** Called when a rule begins, or with `object` the body of a shared object. `step` is the grammar node that refers to it. */
  enter(rule: SyntaxRule, step: SyntaxStep | undefined, object: ObjectHead | undefined): void;
  /** Called when the innermost open rule ends. Not called for rules in which damage or an error record ends the image. */
  leave(): void;
  /**
   * Called for each record of the open rule. Without `step` the record was skipped: it has an unknown type, or follows the end of the image, where no
   * rule is open.
   */
  record(record: ImageRecord, step: SyntaxStep | undefined): void;
  /** Called for a problem after which the walk continues. If the handler lacks this method, the problem is thrown. */
  problem?(problem: ImageError): void;
}

/** How an image ends: complete, or with the error message of a writer that gave up. */
export type WalkEnd = "complete" | "error";

/**
 * Walks over an image from its first record to its last.
 *
 * @throws {ImageError} at the first record that is not allowed at its place; the handler has received all records before it
 */
export function walk(format: ImageFormat, source: ImageSource, handler: WalkHandler): WalkEnd {
  return new Walk(format, source, handler).run();
}

/** Thrown to leave the open rules when the image ends with an error record, which is a valid end. */
const ENDED_BY_ERROR = Symbol("ended by an error record");

/** The current record has not been read yet. */
const UNREAD: Token = -1;

class Walk implements Reading {
  private readonly syntax: Syntax;
  private readonly objrefKind: RecordKind;
  private readonly objtype: FieldPlace;
  private readonly objref: FieldPlace;
  private readonly kept: KeptFields;
  /** Object numbers seen so far, in an OBJREF or by `unseen()`. */
  private readonly seen = new Set<number>();

  /** The innermost open rule. */
  private rule: SyntaxRule | undefined;
  private depth = 0;
  private withinAnywhere = false;
  /** Token of the current record. */
  private token = UNREAD;
  /** The current record; null at the end of the image. */
  private next: ImageRecord | null = null;
  private offset = 0;
  /** The record whose fields an expression without record names refers to. */
  private subject: ImageRecord | undefined;

  constructor(
    private readonly format: ImageFormat,
    private readonly source: ImageSource,
    private readonly handler: WalkHandler,
  ) {
    this.syntax = syntaxOf(format);
    this.kept = new KeptFields(ASKED.slots);
    this.objrefKind = format.kind("OBJREF") as RecordKind;
    this.objtype = this.objrefKind.place(undefined, "objtype") as FieldPlace;
    this.objref = this.objrefKind.place(undefined, "objref") as FieldPlace;
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

  /** Skips records after the end of a complete image, which no kernel writes. */
  private passTrailing(): void {
    const first = this.record();
    if (!first) return;
    this.problem("trailing-record", { record: first, expected: "the end of the image", found: found(first) });
    for (let record: ImageRecord | null = first; record; record = this.record()) {
      this.handler.record(record, undefined);
      this.advance(record);
    }
  }

  /** Executes the items of a rule. */
  private follow(rule: SyntaxRule, step: SyntaxStep | undefined, object: ObjectHead | undefined): void {
    if (this.depth === MAX_DEPTH)
      throw this.error("nesting", {
        offset: object?.record.offset ?? this.offset,
        expected: `at most ${MAX_DEPTH} objects and rules within each other`,
        found: `another ${rule.name}`,
      });
    const outer = this.rule;
    const { mark } = this.kept;
    this.rule = rule;
    this.depth++;
    this.handler.enter(rule, step, object);
    this.executeAll(rule.items);
    this.handler.leave();
    this.kept.restore(mark);
    this.depth--;
    this.rule = outer;
  }

  private executeAll(steps: readonly SyntaxStep[]): void {
    for (let i = 0; i < steps.length; i++) this.execute(steps[i] as SyntaxStep);
  }

  private execute(step: SyntaxStep): void {
    const { when, repeat } = step;
    if (repeat === "some" && when !== undefined) {
      while (isTrue(when(this))) if (!this.consumes(step)) return;
      return;
    }
    if (when !== undefined && !isTrue(when(this))) return;
    if (repeat === undefined) {
      if (!step.optional || step.starts.has(this.look())) this.once(step);
      return;
    }
    if (repeat === "any" || repeat === "some") {
      if (repeat === "some") this.once(step);
      while (step.starts.has(this.look())) if (!this.consumes(step)) return;
      return;
    }
    const count = repeat(this);
    if (count < 0)
      this.problem("bad-count", {
        expected: `a number of ${this.syntax.describe(step.starts)}`,
        found: `${count}`,
      });
    // The count is not trusted: the loop ends at the first record that does not fit, or at the first round without a record.
    for (let rounds = count; rounds > 0; rounds--) if (!this.consumes(step)) return;
  }

  /** Executes one round of a repeated node. Returns whether it consumed any record. */
  private consumes(step: SyntaxStep): boolean {
    const before = this.offset;
    this.once(step);
    return this.offset > before;
  }

  private once(step: SyntaxStep): void {
    switch (step.form) {
      case "record":
        this.expect(step);
        break;
      case "ref":
        if (step.starts.has(this.look())) this.object(step);
        break;
      case "object":
        if (!step.starts.has(this.look())) this.passAnywhere();
        this.object(step);
        break;
      case "rule":
        this.follow(step.rule as SyntaxRule, step, undefined);
        break;
      case "sequence":
        this.executeAll(step.items);
        break;
      case "choice":
        this.choose(step);
    }
  }

  private choose(step: SyntaxStep): void {
    const fitting = () => step.items.find((item) => item.starts.has(this.look()));
    let item = fitting();
    if (!item) {
      this.passAnywhere();
      item = fitting();
    }
    if (item) this.execute(item);
    else if (!isSkippable(step)) throw this.unexpected(this.syntax.describe(step.starts));
  }

  /** Consumes the record that a node requires. */
  private expect(step: SyntaxStep): void {
    const kind = step.kind as RecordKind;
    this.passAnywhere();
    const record = this.record();
    if (record?.kind !== kind) throw this.unexpected(`${kind.name} (${kind.number})`, kind.name);
    this.checkSize(record, kind);
    this.keepFields(record, kind);
    if (step.contents) this.checkContents(record, step, step.contents);
    this.handler.record(record, step);
    this.advance(record);
  }

  /** Consumes a shared object: the OBJREF record and the body after it. */
  private object(step: SyntaxStep): void {
    const record = this.record();
    if (!record || !step.starts.has(this.token)) throw this.unexpected(this.syntax.describe(step.starts));
    this.checkSize(record, this.objrefKind);
    const at = this.source.window(record.offset, Math.min(record.length, this.objrefKind.longest));
    const objectType = this.objtype.readNumber(this.source.view, at, this.format.littleEndian);
    const objref = this.objref.readNumber(this.source.view, at, this.format.littleEndian);
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

  /** Consumes what may precede any record: objects, error messages, and records of unknown types. */
  private passAnywhere(): void {
    if (this.withinAnywhere) return;
    for (;;) {
      const token = this.look();
      const step = this.syntax.passing(token);
      if (step?.rule) this.passError(step, step.rule);
      else if (step) this.once(step);
      else if (token === UNKNOWN) this.passUnknown(this.next as ImageRecord);
      else return;
    }
  }

  private passUnknown(record: ImageRecord): void {
    this.problem("unknown-record", { record, expected: "a type that this version has", found: found(record) });
    this.handler.record(record, undefined);
    this.advance(record);
  }

  /** Consumes an error message. The image may end after it. */
  private passError(step: SyntaxStep, rule: SyntaxRule): void {
    this.withinAnywhere = true;
    this.follow(rule, step, undefined);
    this.withinAnywhere = false;
    if (this.look() === END) throw ENDED_BY_ERROR;
  }

  /** Reports a record that its struct and tail do not fill. */
  private checkSize(record: ImageRecord, { fixedLength, leastLength }: RecordKind): void {
    const { length } = record;
    if (length === fixedLength || (leastLength !== undefined && length >= leastLength)) return;
    const size = recordSize(this.format, this.source, record);
    if (!size) return;
    const { least, exact } = size;
    if (exact === undefined ? length >= least : length === exact) return;
    const expected = `${exact === undefined ? "at least " : ""}${counted(exact ?? least, "byte")}`;
    const report = { record, expected, found: counted(length, "byte") };
    // A record without the fields that the grammar depends on ends the walk.
    if (length < least) throw this.error("record-size", report);
    this.problem("record-size", report);
  }

  /** Reports a payload whose length differs from what grammar and records say; otherwise keeps its sums. */
  private checkContents(record: ImageRecord, step: SyntaxStep, contents: PayloadForm): void {
    this.subject = record;
    const sizes = this.contentsSizes(contents, record);
    const { payloadLength } = record;
    this.subject = undefined;
    if (sizes.length > 0 && !sizes.includes(payloadLength) && record.elementSize === undefined)
      this.problem("record-size", {
        record,
        expected: `${counted([...new Set(sizes)].join(" or "), "byte")} of ${step.entry.as ?? contents.entry.kind}`,
        found: counted(payloadLength, "byte"),
        announced: Math.max(...sizes),
      });
    else if (contents.entry.of !== undefined) this.keepSums(record, step, contents.entry.of);
  }

  /** The valid lengths of the payload; empty if the schema does not say. */
  private contentsSizes(
    { length, count, elementSize, kernelSizes, entry }: PayloadForm,
    record: ImageRecord,
  ): number[] {
    if (length !== undefined) return [length(this)];
    if (count === undefined || elementSize === undefined) return [];
    const elements = count(this);
    if (elements < 0) this.problem("bad-count", { record, expected: `a number of ${entry.of}`, found: `${elements}` });
    if (!kernelSizes) return [elements * elementSize + (entry.slack ?? 0)];
    // An unknown kernel may keep more bytes after the fields.
    const size = record.payloadLength / elements;
    if (Number.isInteger(size) && size >= elementSize) record.elementSize = size;
    return kernelSizes.map((known) => known.size * elements);
  }

  /** Keeps the fields of a record that grammar expressions use. */
  private keepFields(record: ImageRecord, kind: RecordKind): void {
    const keeping = this.syntax.keeping(kind);
    if (!keeping) return;
    const { length } = record;
    const at = this.source.window(record.offset, Math.min(length, kind.longest));
    const { view } = this.source;
    const { values } = this.kept;
    this.kept.begin(keeping.group, this.depth);
    for (const { slot, place } of keeping.placesIn(kind.structOf(view, at, length)))
      if (place.offset + place.size <= length) values[slot] = place.readNumber(view, at, this.format.littleEndian);
  }

  /** Keeps the sums over the elements of a payload that expressions use. Elements are read one at a time. */
  private keepSums(record: ImageRecord, { entry: { as } }: SyntaxStep, of: string): void {
    const group = as === undefined ? undefined : this.syntax.sums.get(as);
    const struct = this.format.struct(of);
    if (!group || !struct) return;
    this.kept.begin(group, this.depth);
    for (const [path, slot] of group.slots) {
      const place = fieldPlaceOf(struct, path);
      if (place) this.kept.values[slot] = this.sum(record, struct.layout.size, place);
    }
  }

  private sum(record: ImageRecord, stride: number, place: FieldPlace): number {
    const { start, end } = record.payload;
    let total = 0;
    for (let offset = start; offset + stride <= end; offset += stride) {
      const at = this.source.window(offset, stride);
      total += place.readNumber(this.source.view, at, this.format.littleEndian);
    }
    return total;
  }

  get values(): Float64Array {
    return this.kept.values;
  }

  get payloadLength(): number {
    return (this.subject as ImageRecord).payloadLength;
  }

  own(path: string, place: FieldPlace | undefined): number {
    const { offset, length, name } = this.subject as ImageRecord;
    if (!place || place.offset + place.size > length) throw this.missing(name, path);
    const at = this.source.window(offset, place.offset + place.size);
    return place.readNumber(this.source.view, at, this.format.littleEndian);
  }

  /** Object number 0 means that there is no object. */
  unseen(objref: number): boolean {
    if (objref === 0 || this.seen.has(objref)) return false;
    this.seen.add(objref);
    return true;
  }

  missing(name: string, path: string): ImageError {
    return this.error("record-size", { expected: `a field ${name}.${path} to go by`, found: "none" });
  }

  private record(): ImageRecord | null {
    this.look();
    return this.next;
  }

  /** The token of the current record, which is read on first use. */
  private look(): Token {
    if (this.token === UNREAD) this.token = this.read();
    return this.token;
  }

  private read(): Token {
    this.next = null;
    if (this.offset >= this.source.size) return END;
    const record = readRecord(this.format, this.source, this.offset);
    this.next = record;
    const { kind } = record;
    if (kind === undefined) return UNKNOWN;
    return kind === this.objrefKind ? this.readObjectToken(record) : this.syntax.tokenOf(kind);
  }

  private readObjectToken({ offset, length }: ImageRecord): Token {
    const size = this.objtype.offset + this.objtype.size;
    if (length < size) return this.syntax.strangeObject;
    const at = this.source.window(offset, size);
    return this.syntax.tokenOfObject(this.objtype.readNumber(this.source.view, at, this.format.littleEndian));
  }

  private advance(record: ImageRecord): void {
    this.offset = record.next;
    this.token = UNREAD;
  }

  private unexpected(expected: string, name?: string): ImageError {
    const record = this.record();
    if (record) return this.error("unexpected-record", { record, expected, found: found(record) });
    return this.error("unexpected-end", { name, expected, found: "the end of the image" });
  }

  private problem(code: ImageErrorCode, facts: Facts): void {
    const problem = this.error(code, facts);
    if (!this.handler.problem) throw problem;
    this.handler.problem(problem);
  }

  private error(code: ImageErrorCode, { record, name, offset, expected, found, announced }: Facts): ImageError {
    return new ImageError(code, {
      offset: offset ?? record?.offset ?? this.offset,
      record: record?.name ?? name,
      rule: this.rule?.name,
      expected,
      found,
      announced,
    });
  }
}

interface Facts {
  readonly record?: ImageRecord | undefined;
  readonly name?: string | undefined;
  readonly offset?: number;
  readonly expected: string;
  readonly found: string;
  readonly announced?: number;
}

function found(record: ImageRecord): string {
  return `${record.title} of ${counted(record.length, "byte")}`;
}

const syntaxes = new WeakMap<ImageFormat, Syntax>();

function syntaxOf(format: ImageFormat): Syntax {
  const syntax = syntaxes.get(format) ?? new Syntax(format);
  syntaxes.set(format, syntax);
  return syntax;
}
