/** What is checked, and what is found. */
import type { ImageError } from "../image/errors.js";

/**
 * `error`: no kernel writes this, and readers or restart go wrong over it. `warning`: no kernel writes this, as far as is known, but it may do
 * no harm. `note`: unusual, and perhaps right.
 */
export type Severity = "error" | "warning" | "note";

/** Most severe first. */
export const SEVERITIES: readonly Severity[] = ["error", "warning", "note"];

export interface Rule {
  /** Stable, in kebab-case: scripts may rely on it. */
  readonly id: string;
  readonly severity: Severity;
  /** What holds in a sound image. */
  readonly holds: string;
}

/** What keeps an image from being read is a finding as well; its rule is the code of the error. */
export function findingOf({ code, offset, record, expected, found }: ImageError, within: string | undefined): Finding {
  return { rule: code, severity: "error", offset, at: offset, record, field: undefined, within, expected, found };
}

/** One place where an image breaks a rule. */
export interface Finding {
  /** Id of the rule. */
  readonly rule: string;
  readonly severity: Severity;
  /** Where the record begins, or would begin, in bytes from the start of the image. */
  readonly offset: number;
  /** Where the bytes begin that are wrong; the offset again where the whole record is. */
  readonly at: number;
  /** Name of the record; undefined where there is none. */
  readonly record: string | undefined;
  /** Path of the field in the schema; undefined where it is about more than one field. */
  readonly field: string | undefined;
  /** The object or task that it stands in: `MM 10`, `task 0` (tasks count from 0 in the order of the pid array). */
  readonly within: string | undefined;
  readonly expected: string;
  /** May quote the image: texts in it are raw. */
  readonly found: string;
}
