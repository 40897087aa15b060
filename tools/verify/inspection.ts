/**
 * Form of the rules: a class per subject listens to the walk over an image, with a method per rule, named after it. The classes are independent of
 * each other; their common state is in the scene.
 */
import type { ImageFormat, RecordKind } from "../image/abi/format.js";
import type { ImageSource } from "../image/bytes/source.js";
import type { ObjectBook } from "./object-book.js";
import type { RecordView } from "./record-view.js";
import type { TargetKernel } from "./restart-target.js";
import type { Consequence } from "./rule.js";

/** An open rule of the grammar, or an open shared object. */
export interface Frame {
  /** Name of the rule (lower case) or of the object type (upper case). */
  readonly name: string;
  /** Name that the grammar gives it at this place. */
  readonly label: string | undefined;
  /** Number of the object; undefined for a rule. */
  readonly objref: number | undefined;
  /** Offset of its first record; for an object, of the OBJREF. */
  readonly offset: number;
  readonly parent: Frame | undefined;
}

export interface Scene {
  readonly format: ImageFormat;
  readonly source: ImageSource;
  /** All numbers so far, with the objects they refer to. */
  readonly objects: ObjectBook;
  /** The innermost open rule or object. */
  readonly frame: Frame;
  /** Number of task sections so far. */
  readonly tasks: number;
  /** Offset of the last record about which the walk reported a problem. */
  readonly problemAt: number | undefined;
  /** Current time, in seconds since the epoch. */
  readonly now: number;
  /** The kernel that is to restart the image; undefined if not requested. */
  readonly target: TargetKernel | undefined;
}

/** What is called for a record. */
export type RecordHandler = (view: RecordView) => void;

/** What is called for a record, by its name. */
export type RecordHandlers = Readonly<Record<string, RecordHandler>>;

/** What is called for a rule of the grammar or an object, by the name of the rule or the object type. */
export type FrameHandlers = Readonly<Record<string, (frame: Frame) => void>>;

/** Receives the events of the walk over an image. */
export interface Listener {
  /**
   * Gives what is called for every record of a type, after all handlers for its name; undefined if the listener has nothing to do there. Called once
   * per type; the type is undefined for records of unknown types.
   */
  readonly every?: (kind: RecordKind | undefined) => RecordHandler | undefined;
  readonly records?: RecordHandlers;
  readonly enter?: FrameHandlers;
  readonly enterObject?: (frame: Frame) => void;
  readonly leave?: FrameHandlers;
  /** Called after the last record of a complete image. */
  readonly end?: () => void;
}

/** The details of a finding; `at` is by default the offset of the field. */
export interface FindingDetails {
  readonly field?: string | undefined;
  readonly at?: number | undefined;
  readonly expected: string;
  readonly found: string;
}

/** A record, or the offset of one. */
export type Where = RecordView | { readonly offset: number; readonly name?: string | undefined };

export type ReportFinding<Id extends string> = (rule: Id, where: Where, details: FindingDetails) => void;

/** What rules say, by id: the consequence of a broken rule, and what holds in a valid image. */
export type RuleTexts = Readonly<Record<string, readonly [Consequence, string]>>;

/** The rules about one subject. */
export interface InspectionClass {
  readonly rules: RuleTexts;
  new (scene: Scene, report: ReportFinding<string>): Listener;
}

/** Base of all rules. Exported for the declarations of its subclasses. */
export class Inspection<Id extends string> {
  protected readonly format: ImageFormat;
  protected readonly source: ImageSource;

  constructor(
    protected readonly scene: Scene,
    protected readonly report: ReportFinding<Id>,
  ) {
    this.format = scene.format;
    this.source = scene.source;
  }

  /** Reports a field of a record; `found` is by default the number in the field. */
  protected wrong(
    rule: Id,
    view: RecordView,
    field: string,
    expected: string,
    found: string = String(view.value(field)),
  ): void {
    this.report(rule, view, { field, expected, found });
  }
}

/**
 * Gives the class that an inspection extends. The subclass is a {@link Listener}, with a method per rule, named after it.
 *
 * @param rules by id: the consequence of a broken rule, and what holds in a valid image
 */
export function inspection<Rules extends RuleTexts>(
  rules: Rules,
): { readonly rules: Rules } & (new (scene: Scene, report: ReportFinding<string>) => Inspection<keyof Rules & string>) {
  return class extends Inspection<keyof Rules & string> {
    static readonly rules = rules;
  };
}
