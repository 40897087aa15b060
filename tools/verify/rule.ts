/** What is checked, and what is found. */
import type { ImageError } from "../errors/image-error.js";

/**
 * `error`: a restart refuses the image, or it cannot be read. `warning`: a restart takes the image, and afterwards a program is killed, crashes or
 * is other than it was; or nobody knows what comes of it. `note`: unusual, and perhaps right.
 */
export type Severity = "error" | "warning" | "note";

/** What follows from a broken rule, with its severity. */
export const CONSEQUENCES = {
  unreadable: { severity: "error", sentence: "Otherwise it cannot be read, and a restart refuses it." },
  refused: { severity: "error", sentence: "Otherwise a restart refuses the image." },
  fatal: {
    severity: "warning",
    sentence: "Otherwise a restart takes the image, and the program or the kernel crashes afterwards.",
  },
  doubtful: {
    severity: "warning",
    sentence: "No kernel writes anything else; a restart may take it for something other than it was.",
  },
  odd: { severity: "note", sentence: "Something else is unusual, and perhaps right." },
} as const satisfies Record<string, { readonly severity: Severity; readonly sentence: string }>;

export type Consequence = keyof typeof CONSEQUENCES;

/** Most severe first. */
export const SEVERITIES: readonly Severity[] = ["error", "warning", "note"];

export interface Rule {
  /** Stable, in kebab-case: scripts may rely on it. */
  readonly id: string;
  /** What follows when it is broken; `CONSEQUENCES` has the words. */
  readonly consequence: Consequence;
  /** That of the consequence. */
  readonly severity: Severity;
  /** What holds in a sound image. */
  readonly holds: string;
}

/** The rule and what follows when it is broken, in two or more sentences. */
export function explanationOf({ holds, consequence }: Rule): string {
  return `${holds} ${CONSEQUENCES[consequence].sentence}`;
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
