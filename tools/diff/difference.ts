/** What a comparison tells: one difference after the other, all of one shape. */
import type { TaskName } from "../model/sharing.js";
import type { ByteDifference } from "./bytes.js";

/** What a difference is about, in the order in which they are told of a task. */
export const KINDS = [
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

export type Kind = (typeof KINDS)[number];

/** `moved` is said of mappings that stand at another address. */
export type Change = "added" | "removed" | "changed" | "moved";

export interface Difference {
  readonly kind: Kind;
  readonly change: Change;
  /** Task with which it is told: of what several share, the one with the lowest pid. None for what belongs to no task. */
  readonly task: TaskName | undefined;
  /** What differs, in the terms of its kind, e.g. `fd 3 /srv/data`; empty for the task itself. */
  readonly what: string;
  /** Of an added or removed thing, some facts about it. */
  readonly fields: readonly FieldChange[];
  /** Of pages and contents. */
  readonly bytes?: ByteDifference | undefined;
}

/** A field by the name that the kernel has for it. Values are texts with the names of enumerators and flags. */
export interface FieldChange {
  readonly field: string;
  /** Undefined when it is not there: the side that has none. */
  readonly old: string | undefined;
  readonly new: string | undefined;
}

/** The change, if there is one. */
export function changeOf(field: string, old: string | undefined, current: string | undefined): FieldChange[] {
  return old === current ? [] : [{ field, old, new: current }];
}

/** The facts of something that one side alone has. */
export function factsOf(change: "added" | "removed", facts: readonly (readonly [string, string | undefined])[]) {
  return facts.flatMap(([field, value]): FieldChange[] => {
    if (value === undefined) return [];
    return [change === "added" ? { field, old: undefined, new: value } : { field, old: value, new: undefined }];
  });
}
