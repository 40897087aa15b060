/** Options of `strip`, and what it reports to have removed. */

/**
 * Contents that can be kept. `kernel` is kernel state that the image holds as it was in memory, `values` every other field or payload that nothing
 * requires.
 */
export const CONTENTS = ["memory", "environment", "pipes", "sockets", "messages", "tty", "kernel", "values"] as const;

export type ContentKind = (typeof CONTENTS)[number];

export interface StripOptions {
  /** Contents that stay. The environment is in memory: with `memory` alone it becomes zero. */
  readonly keep?: ReadonlySet<ContentKind>;
  /** Nothing is removed; contents become zero in place. */
  readonly zero?: boolean;
  /** Registers become zero, except for those that identify the kind of the task. */
  readonly registers?: boolean;
  /** Characters of paths and names become `x`. */
  readonly paths?: boolean;
}

/**
 * Number of bytes that were removed or became zero, by kind; for `kernel`, `values` and `leftovers` only those that were not zero before. Leftovers
 * belong to no field and no text: padding, fields without meaning in the current case, bytes after a NUL or after the end of a struct.
 */
export type Stripped = Record<Exclude<ContentKind, "environment"> | "leftovers", number>;
