/** What the comparers of this folder find. */
import { type Origin, within } from "../load/document.js";
import type { Kind } from "./kinds.js";

/** A difference between the two sides in one version on one architecture. */
export interface Change {
  readonly kind: Kind;
  /** What changed, by the names of the schema: `ckpt_hdr_vma.vm_start`, `record VMA`, `rule image`. */
  readonly subject: string;
  readonly from?: string;
  readonly to?: string;
  /** What else there is to say. */
  readonly detail?: string;
  readonly place: Place;
  /** Structs that only change because they contain this one. */
  readonly carries?: readonly string[];
}

/** Where it stands now, or where it stood. */
export interface Place {
  readonly origin: Origin;
  readonly gone?: true;
}

/** At most one change of the subject: none where both sides say the same. Nothing on one side: the subject is new, or gone. */
export function changed(
  kind: Kind,
  subject: string,
  { from, to }: { readonly from?: string | undefined; readonly to?: string | undefined },
  place: Place,
): Change[] {
  if (from === to) return [];
  return [{ kind, subject, ...(from !== undefined && { from }), ...(to !== undefined && { to }), place }];
}

/** A part of what stands there now. */
export function at(origin: Origin, ...steps: (string | number)[]): Place {
  return { origin: within(origin, ...steps) };
}

/** Of something that has vanished: what has its name in other versions, or what it lay in, or the old place. */
export function lastPlace(old: Origin, ...now: ({ readonly origin: Origin } | undefined)[]): Place {
  const found = now.find((candidate) => candidate !== undefined);
  return found ? { origin: found.origin } : { origin: old, gone: true };
}
