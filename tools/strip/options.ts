/** What of an image `strip` takes away. */

/**
 * What can be kept besides what always stays. `kernel` is state of the kernel that the image holds as it was in memory, `values` every other field
 * or payload that nothing needs.
 */
export const CONTENTS = ["memory", "environment", "pipes", "sockets", "messages", "tty", "kernel", "values"] as const;

export type Contents = (typeof CONTENTS)[number];

export interface StripOptions {
  /** Contents that stay. The environment lies in memory: with `memory` alone its bytes become zero. */
  readonly keep?: ReadonlySet<Contents>;
  /** Everything stays where it is, and contents become zero. */
  readonly zero?: boolean;
  /** Registers become zero, but for what tells the kind of the task. */
  readonly registers?: boolean;
  /** Paths and names become as many `x`. */
  readonly paths?: boolean;
}

/**
 * Bytes that were taken away or became zero, by kind; of `kernel`, `values` and `leftovers` those that were not zero before. Leftovers belong to no
 * field and no text: padding, fields that mean nothing where they stand, what is behind a NUL or behind the end of a struct.
 */
export type Stripped = Record<Exclude<Contents, "environment"> | "leftovers", number>;
