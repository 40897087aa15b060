/**
 * Form of the rules: an inspector consists of the rules about one subject, and a listener that checks them during the walk over an image. Inspectors
 * are independent of each other; their common state is in the scene.
 */
import type { ImageFormat } from "../image/abi/format.js";
import type { ImageSource } from "../image/bytes/source.js";
import type { ObjectBook } from "./object-book.js";
import type { RecordView } from "./record-view.js";
import type { TargetFacts } from "./restart-target.js";
import { CONSEQUENCES, type Consequence, type Rule } from "./rule.js";

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
  readonly target: TargetFacts | undefined;
}

/** Receives the events of the walk over an image. Names are those of records, rules and object types. */
export interface Listener {
  /** Called for every record, after all listeners for its name. */
  readonly every?: (view: RecordView) => void;
  readonly records?: Readonly<Record<string, (view: RecordView) => void>>;
  readonly enter?: Readonly<Record<string, (frame: Frame) => void>>;
  readonly enterObject?: (frame: Frame) => void;
  readonly leave?: Readonly<Record<string, (frame: Frame) => void>>;
  /** Called after the last record of a complete image. */
  readonly end?: () => void;
}

/** The facts of a finding; `at` is by default the offset of the field. */
export interface FindingFacts {
  readonly field?: string | undefined;
  readonly at?: number | undefined;
  readonly expected: string;
  readonly found: string;
}

/** A record, or the offset of one. */
export type Where = RecordView | { readonly offset: number; readonly name?: string | undefined };

export type ReportFinding<Id extends string> = (rule: Id, where: Where, facts: FindingFacts) => void;

/** Reports a field of a record; `found` is by default the number in the field. */
type ReportField<Id extends string> = (
  rule: Id,
  view: RecordView,
  field: string,
  expected: string,
  found?: string,
) => void;

/** The two ways to report a finding: any place, or a field of the current record. */
interface Reports<Id extends string> {
  readonly report: ReportFinding<Id>;
  readonly wrong: ReportField<Id>;
}

export interface Inspector {
  readonly rules: readonly Rule[];
  inspect(scene: Scene, report: ReportFinding<string>): Listener;
}

/**
 * Defines an inspector.
 *
 * @param rules by id: the consequence of a broken rule, and what holds in a valid image
 */
export function inspector<Id extends string>(
  rules: Readonly<Record<Id, readonly [Consequence, string]>>,
  inspect: (scene: Scene, reports: Reports<Id>) => Listener,
): Inspector {
  return {
    rules: Object.entries<readonly [Consequence, string]>(rules).map(([id, [consequence, holds]]) => ({
      id,
      consequence,
      severity: CONSEQUENCES[consequence].severity,
      holds,
    })),
    inspect(scene, report) {
      const wrong: ReportField<Id> = (rule, view, field, expected, found = String(view.value(field))) =>
        report(rule, view, { field, expected, found });
      return inspect(scene, { report, wrong });
    },
  };
}
