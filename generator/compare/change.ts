/** Changes that the comparisons of this folder find, and their places in the schema. */
import { type Origin, within } from "../load/document.js";
import type { ChangeKind } from "./kinds.js";

/** A difference between the two sides in one version on one architecture. */
export interface Change {
  readonly kind: ChangeKind;
  /** The changed thing, by its names in the schema: `ckpt_hdr_vma.vm_start`, `record VMA`, `rule image`. */
  readonly subject: string;
  readonly from?: string;
  readonly to?: string;
  /** Details for the message. */
  readonly detail?: string;
  readonly place: ChangePlace;
  /** Structs that change only because they contain this one. */
  readonly carries?: readonly string[];
}

/** Where the subject is in the new schema; for a removed one, the closest place (see {@link lastPlace}). */
export interface ChangePlace {
  readonly origin: Origin;
  readonly gone?: true;
}

/** At most one change of the subject; none if both sides are equal. Without `from` the subject is new, without `to` it is removed. */
export function changed(
  kind: ChangeKind,
  subject: string,
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
  place: ChangePlace,
): Change[] {
  if (from === to) return [];
  return [{ kind, subject, ...(from !== undefined && { from }), ...(to !== undefined && { to }), place }];
}

/** The place of a part of an entry in the new schema. */
export function changeAt(origin: Origin, ...steps: (string | number)[]): ChangePlace {
  return { origin: within(origin, ...steps) };
}

/** The place to report for a removed thing: the entry with its name in other versions, else what contained it, else its old place. */
export function lastPlace(old: Origin, ...now: ({ readonly origin: Origin } | undefined)[]): ChangePlace {
  const found = now.find((candidate) => candidate !== undefined);
  return found ? { origin: found.origin } : { origin: old, gone: true };
}
