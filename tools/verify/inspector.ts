/**
 * How rules are written: an inspector is the rules about one subject and a listener that applies them while the image goes by. Inspectors
 * know nothing of each other; what they all need is in the scene.
 */
import type { ImageFormat } from "../image/abi/format.js";
import type { ImageSource } from "../image/bytes/source.js";
import type { ObjectBook } from "./object-book.js";
import type { RecordView } from "./record-view.js";
import type { TargetFacts } from "./restart-target.js";
import { CONSEQUENCES, type Consequence, type Rule } from "./rule.js";

/** A rule of the grammar or a shared object that is open. */
export interface Frame {
  /** Name of the rule (lower case) or of the object type (upper case). */
  readonly name: string;
  /** What the grammar calls it at this place. */
  readonly label: string | undefined;
  /** Number of the object; undefined for a rule. */
  readonly objref: number | undefined;
  /** Where its first record begins; of an object the OBJREF. */
  readonly offset: number;
  readonly parent: Frame | undefined;
}

export interface Scene {
  readonly format: ImageFormat;
  readonly source: ImageSource;
  /** Every number so far and what it stands for. */
  readonly objects: ObjectBook;
  /** The innermost open rule or object. */
  readonly frame: Frame;
  /** Task sections so far. */
  readonly tasks: number;
  /** Offset of the record about which the walk complained last. */
  readonly problemAt: number | undefined;
  /** Seconds since the epoch. */
  readonly now: number;
  /** The kernel on which the image is to be restarted; undefined when nobody asked. */
  readonly target: TargetFacts | undefined;
}

/** Hears the image go by. Names are those of records, rules and object types. */
export interface Listener {
  /** Every record, after all listeners that asked for it by name. */
  readonly every?: (view: RecordView) => void;
  readonly records?: Readonly<Record<string, (view: RecordView) => void>>;
  readonly enter?: Readonly<Record<string, (frame: Frame) => void>>;
  readonly enterObject?: (frame: Frame) => void;
  readonly leave?: Readonly<Record<string, (frame: Frame) => void>>;
  /** After the last record of an image that is complete. */
  readonly end?: () => void;
}

/** The facts of a finding; `at` is taken from the field where it is not given. */
export interface FindingFacts {
  readonly field?: string | undefined;
  readonly at?: number | undefined;
  readonly expected: string;
  readonly found: string;
}

/** A record, or where one begins. */
export type Where = RecordView | { readonly offset: number; readonly name?: string | undefined };

export type Report<Id extends string> = (rule: Id, where: Where, facts: FindingFacts) => void;

export interface Inspector {
  readonly rules: readonly Rule[];
  inspect(scene: Scene, report: Report<string>): Listener;
}

/** @param rules what follows when one is broken, and what holds in a sound image, by id */
export function inspector<Id extends string>(
  rules: Readonly<Record<Id, readonly [Consequence, string]>>,
  inspect: (scene: Scene, report: Report<Id>) => Listener,
): Inspector {
  return {
    rules: Object.entries<readonly [Consequence, string]>(rules).map(([id, [consequence, holds]]) => ({
      id,
      consequence,
      severity: CONSEQUENCES[consequence].severity,
      holds,
    })),
    inspect: inspect as Inspector["inspect"],
  };
}
