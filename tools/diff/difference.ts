/** Common form of all differences. */
import type { TaskName } from "../model/sharing.js";
import type { ByteDifference } from "./bytes.js";

/** What a difference is about, in the order in which the differences of a task are reported. */
export const DIFFERENCE_KINDS = [
  "header",
  "task",
  "sharing",
  "registers",
  "mapping",
  "pages",
  "directories",
  "descriptor",
  "pipe",
  "socket",
  "terminal",
  "signals",
  "credentials",
  "namespaces",
  "ipc",
] as const;

export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

/** Type of a difference; `moved` is used for mappings at another address. */
export type ChangeType = "added" | "removed" | "changed" | "moved";

export interface Difference {
  readonly kind: DifferenceKind;
  readonly change: ChangeType;
  /** Task that the difference is reported with: for a shared object, the one with the lowest pid. Undefined if it belongs to no task. */
  readonly task: TaskName | undefined;
  /** What differs, in terms of its kind, e.g. `fd 3 /srv/data`; empty for the task itself. */
  readonly what: string;
  /** The changed fields; for an added or removed item, some fields of it. */
  readonly fields: readonly FieldChange[];
  /** Differing bytes of pages and contents. */
  readonly bytes?: ByteDifference | undefined;
}

/** A changed field by its name in the kernel. Values are texts with the names of enumerators and flags. */
export interface FieldChange {
  readonly field: string;
  /** Value on the first side, as `new` is on the second; undefined if the side does not have the field. */
  readonly old: string | undefined;
  readonly new: string | undefined;
}

/** The change of a field as a list; empty if there is none. */
export function changeOf(field: string, old: string | undefined, current: string | undefined): FieldChange[] {
  return old === current ? [] : [{ field, old, new: current }];
}

/** The fields of an item that only one side has. */
export function loneFields(change: "added" | "removed", fields: readonly (readonly [string, string | undefined])[]) {
  return fields.flatMap(([field, value]): FieldChange[] => {
    if (value === undefined) return [];
    return [change === "added" ? { field, old: undefined, new: value } : { field, old: value, new: undefined }];
  });
}
