/** Form of the conversion rules for single fields. */
import type { Values } from "../write/keyed-codec.js";
import type { FactKind } from "./report.js";

/** Kind of a finding. `wanted` is a missing value that neither the image, the schema nor a step provides. */
export type FindingKind = FactKind | "wanted";

/** Reports a finding of a rule: the path of the field, its value and the reason. */
export type Tell = (kind: FindingKind, field: string, value: unknown, why: string) => void;

/** Changes the fields of a record or of an element in place. */
export interface FieldRule {
  (values: Values, tell: Tell): void;
  /** The number that decides alone whether the rule does anything; undefined if there is no such number. */
  readonly trigger?: Trigger;
}

/** A number of a record that decides whether something happens to the record. */
export interface Trigger {
  /** Path of schema keys. A record without the field triggers nothing. */
  readonly path: string;
  isHit(value: number | bigint): boolean;
}
