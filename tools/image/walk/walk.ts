/**
 * Walks over the records of an image by the grammar of its ABI and reports each record to a handler. The head of `schema/grammar.yaml` defines how
 * its nodes are executed.
 *
 * Memory is bounded: the walk keeps the chain of open rules with the few fields that conditions use, and the object numbers seen.
 */

import { ImageError, type ImageErrorCode } from "../../errors/image-error.js";
import { counted } from "../../words.js";
import { isTrue, type Term } from "../abi/evaluate.js";
import { type FieldPlace, fieldPlaceOf } from "../abi/fields.js";
import type { ImageFormat, RecordKind } from "../abi/format.js";
import { grown } from "../bytes/grown.js";
import type { ImageSource } from "../bytes/source.js";
import { NumberIndex } from "../number-index.js";
import { ImageRecord, readInto } from "../record/records.js";
import { recordSize } from "../record/struct.js";
import { ASKED } from "./asked-fields.js";
import { KeptFields } from "./kept.js";
import {
  AGAIN,
  CALL,
  CHOOSE,
  COMPARE,
  COUNT,
  DROP,
  END_OF_PROGRAM,
  JUMP,
  MARK,
  MISMATCH,
  OBJECT,
  PASS,
  Program,
  RETURN,
  ROUND,
  STARTS,
  TAKE,
  WHEN,
} from "./program.js";
import { END, type KeptPlace, type Syntax, type SyntaxRule, type SyntaxStep, type Token, UNKNOWN } from "./syntax.js";
import { compare, type PayloadForm, type Reading } from "./terms.js";

/** Maximum nesting of rules and objects. Kernels need about fifteen levels; a chain of hostile OBJREF records would need any number. */
export const MAX_DEPTH = 200;

/** A shared object, as its OBJREF record introduces it. */
export interface ObjectHead {
  readonly record: ImageRecord;
  /** Name of the object type, without `CKPT_OBJ_`. */
  readonly type: string;
  readonly objref: number;
}

/**
 * Receives the events of a walk, in the order of the image. Records are valid until the method returns: the walk uses one object for all of them. A
 * handler that keeps one keeps a `copy()`.
 */
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

/** The current record has not been read yet. */
const UNREAD: Token = -1;

/** Initial capacity of the stack of loops. */
const FIRST_CAPACITY = 64;

/** In place of an address: the image ends after an error message. */
const END_OF_ERROR = -1;

class Walk implements Reading {
  private readonly program: Program;
  private readonly syntax: Syntax;
  private readonly objrefKind: RecordKind;
  private readonly objtype: FieldPlace;
  private readonly objref: FieldPlace;
  private readonly kept: KeptFields;
  /** Object numbers seen so far, in an OBJREF or by `unseen()`. */
  private readonly seen = new NumberIndex();

  /** The innermost open rule. */
  private rule: SyntaxRule | undefined;
  /** Number of open rules. The next arrays have an entry for each, outermost first. */
  private depth = 0;
  /** The rule around it. */
  private readonly outer: (SyntaxRule | undefined)[] = [];
  /** Address of the instruction that follows it. */
  private readonly following: number[] = [];
  /** Mark of the fields that were kept before it. */
  private readonly marks: number[] = [];
  /** Depth of the error message that may precede any record, while it is open; else 0. */
  private errorDepth = 0;
  /** Counts that are left of the open loops, and offsets at which their rounds began, innermost last. */
  private loops = new Float64Array(FIRST_CAPACITY);
  private loopsUsed = 0;
  /** Token of the current record. */
  private token = UNREAD;
  /** The record that was read last. */
  private readonly last = new ImageRecord(0, 0, 0, 0, undefined);
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
    this.program = Program.of(format);
    this.syntax = this.program.syntax;
    this.kept = new KeptFields(ASKED.slots);
    this.objrefKind = format.kind("OBJREF") as RecordKind;
    this.objtype = this.objrefKind.place(undefined, "objtype") as FieldPlace;
    this.objref = this.objrefKind.place(undefined, "objref") as FieldPlace;
  }

  /** Executes the program. Frequent instructions are here, so that V8 compiles a small function to fast code soon; the others are in {@link execute}. */
  run(): WalkEnd {
    const { code, steps, rules } = this.program;
    this.enter(this.syntax.start, undefined, undefined, END_OF_PROGRAM);
    let at = this.program.addressOf(this.syntax.start);
    while (at > END_OF_PROGRAM)
      switch (code[at]) {
        case TAKE: {
          const isThere = this.look() === code[at + 1];
          const next = isThere ? -1 : this.pass(at);
          if (next < 0) {
            this.take(isThere, steps[code[at + 2] as number] as SyntaxStep);
            at += 3;
          } else at = next;
          break;
        }
        case STARTS: {
          const { starts } = steps[code[at + 1] as number] as SyntaxStep;
          at = starts.has(this.look()) ? at + 3 : (code[at + 2] as number);
          break;
        }
        case COMPARE:
          at = this.holds(at) ? at + 6 : (code[at + 5] as number);
          break;
        case CALL: {
          const rule = rules[code[at + 1] as number] as SyntaxRule;
          this.enter(rule, steps[code[at + 2] as number], undefined, at + 4);
          if (code[at + 3] === 0) code[at + 3] = this.program.addressOf(rule);
          at = code[at + 3] as number;
          break;
        }
        case RETURN:
          at = this.leave();
          break;
        case ROUND:
          at = this.round() ? at + 2 : (code[at + 1] as number);
          break;
        case AGAIN:
          at = this.offset > (this.loops[--this.loopsUsed] as number) ? (code[at + 1] as number) : at + 2;
          break;
        case JUMP:
          at = code[at + 1] as number;
          break;
        default:
          at = this.execute(at);
      }
    if (at === END_OF_ERROR) return "error";
    this.passTrailing();
    return "complete";
  }

  /**
   * Executes an instruction that few records need.
   *
   * @returns address of the next instruction
   */
  private execute(at: number): number {
    const { code, steps, terms } = this.program;
    const step = steps[code[at + 1] as number] as SyntaxStep;
    switch (code[at]) {
      case WHEN:
        return isTrue((terms[code[at + 1] as number] as Term<Reading>)(this)) ? at + 3 : (code[at + 2] as number);
      case MARK:
        this.push(this.offset);
        return at + 1;
      case COUNT:
        this.push(this.count(code[at + 1] as number, steps[code[at + 2] as number] as SyntaxStep));
        return at + 3;
      case DROP:
        this.loopsUsed--;
        return at + 1;
      case OBJECT:
        return this.object(step, at + 2);
      case PASS: {
        const next = this.pass(at);
        return next < 0 ? at + 1 : next;
      }
      case CHOOSE:
        return this.choose(at);
      case MISMATCH:
        throw this.unexpected(this.syntax.describe(step.starts));
      default:
        throw new TypeError(`no instruction ${code[at]}`);
    }
  }

  /** Whether a comparison holds. */
  private holds(at: number): boolean {
    const { code, terms } = this.program;
    const value = this.kept.values[code[at + 2] as number] as number;
    // The term reports a field that is missing.
    return Number.isNaN(value)
      ? isTrue((terms[code[at + 4] as number] as Term<Reading>)(this))
      : compare(code[at + 1] as number, value, code[at + 3] as number);
  }

  /** Begins a round of a counted loop, or ends the loop. */
  private round(): boolean {
    const top = this.loopsUsed - 1;
    const left = this.loops[top] as number;
    if (left > 0) {
      this.loops[top] = left - 1;
      this.push(this.offset);
      return true;
    }
    this.loopsUsed = top;
    return false;
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

  /**
   * Opens a rule, or the body of an object.
   *
   * @param following address of the instruction after it
   */
  private enter(
    rule: SyntaxRule,
    step: SyntaxStep | undefined,
    object: ObjectHead | undefined,
    following: number,
  ): void {
    const { depth } = this;
    if (depth === MAX_DEPTH)
      throw this.error("nesting", {
        offset: object?.record.offset ?? this.offset,
        expected: `at most ${MAX_DEPTH} objects and rules within each other`,
        found: `another ${rule.name}`,
      });
    this.outer[depth] = this.rule;
    this.following[depth] = following;
    this.marks[depth] = this.kept.mark;
    this.depth = depth + 1;
    this.rule = rule;
    this.handler.enter(rule, step, object);
  }

  /**
   * Closes the innermost rule.
   *
   * @returns address of the instruction after it; {@link END_OF_ERROR} if it was an error message that ends the image
   */
  private leave(): number {
    this.handler.leave();
    const depth = --this.depth;
    this.kept.restore(this.marks[depth] as number);
    this.rule = this.outer[depth];
    if (depth + 1 === this.errorDepth) {
      this.errorDepth = 0;
      if (this.look() === END) return END_OF_ERROR;
    }
    return this.following[depth] as number;
  }

  private push(value: number): void {
    if (this.loopsUsed === this.loops.length) this.loops = grown(this.loops, 2 * this.loops.length);
    this.loops[this.loopsUsed++] = value;
  }

  /** The count of a repeated node. */
  private count(term: number, step: SyntaxStep): number {
    const count = (this.program.terms[term] as Term<Reading>)(this);
    if (count < 0)
      this.problem("bad-count", {
        expected: `a number of ${this.syntax.describe(step.starts)} that is not negative`,
        found: `${count}`,
      });
    return count;
  }

  /** Address of the item of a choice that the current record begins; of the next instruction if there is none. */
  private choose(at: number): number {
    const { code, steps } = this.program;
    const end = at + 2 + 2 * (code[at + 1] as number);
    for (let item = at + 2; item < end; item += 2)
      if ((steps[code[item] as number] as SyntaxStep).starts.has(this.look())) return code[item + 1] as number;
    return end;
  }

  /**
   * Consumes the record that a node requires.
   *
   * @param isThere whether the current record is of its type
   */
  private take(isThere: boolean, step: SyntaxStep): void {
    const kind = step.kind as RecordKind;
    if (!isThere) throw this.unexpected(`${kind.name} (${kind.number})`, kind.name);
    const record = this.next as ImageRecord;
    this.checkSize(record, kind);
    this.keepFields(record, kind);
    if (step.contents) this.checkContents(record, step, step.contents);
    this.handler.record(record, step);
    this.advance(record);
  }

  /**
   * Consumes the OBJREF record of a shared object, and opens its body.
   *
   * @returns address of the first instruction of the body
   */
  private object(step: SyntaxStep, following: number): number {
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
    const isNew = this.seen.add(objref);
    if (objref <= 0 || !isNew)
      this.problem("object-number", {
        record,
        expected: "a positive number that no object has yet",
        found: `${objref}`,
      });
    this.advance(record);
    this.enter(body, step, { record, type: body.name, objref }, following);
    return this.program.addressOf(body);
  }

  /**
   * Consumes what may precede any record, or opens it: an object, an error message, or a record of an unknown type.
   *
   * @param at address of the instruction that requests it, which is then executed again
   * @returns address of the next instruction; -1 if the current record may not precede any record
   */
  private pass(at: number): number {
    if (this.errorDepth > 0) return -1;
    const token = this.look();
    const step = this.syntax.passing(token);
    if (step?.rule) {
      this.errorDepth = this.depth + 1;
      this.enter(step.rule, step, undefined, at);
      return this.program.addressOf(step.rule);
    }
    if (step) return this.object(step, at);
    if (token !== UNKNOWN) return -1;
    this.passUnknown(this.next as ImageRecord);
    return at;
  }

  private passUnknown(record: ImageRecord): void {
    this.problem("unknown-record", { record, expected: "a type that this version has", found: found(record) });
    this.handler.record(record, undefined);
    this.advance(record);
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
    if (elements < 0) {
      const expected = `a number of ${entry.of} that is not negative`;
      this.problem("bad-count", { record, expected, found: `${elements}` });
      return [];
    }
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
    const places = keeping.fixed ?? keeping.placesIn(kind.structOf(view, at, length));
    for (let i = 0; i < places.length; i++) {
      const { slot, place } = places[i] as KeptPlace;
      if (place.offset + place.size <= length) values[slot] = place.readNumber(view, at, this.format.littleEndian);
    }
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
    return objref !== 0 && this.seen.add(objref);
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
    const { last } = this;
    readInto(last, this.format, this.source, this.offset);
    this.next = last;
    const { kind } = last;
    if (kind === undefined) return UNKNOWN;
    return kind === this.objrefKind ? this.readObjectToken(last) : this.syntax.tokenOf(kind);
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
