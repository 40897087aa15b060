/** What of an image `strip` takes away. */

/** Kinds of contents that can be kept. `kernel` is state of the kernel that the image holds as it was in memory. */
export const CONTENTS = ["memory", "environment", "pipes", "sockets", "messages", "tty", "kernel"] as const;

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

/** Bytes that were taken away or became zero, by kind. */
export type Stripped = Record<Exclude<Contents, "environment">, number>;
