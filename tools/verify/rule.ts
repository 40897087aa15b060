/** Rules of the check, and findings. */
import type { ImageError } from "../errors/image-error.js";

/**
 * `error`: a restart refuses the image, or it cannot be read. `warning`: a restart accepts the image, but afterwards a program is killed, crashes or
 * has changed, or the effect is unknown. `note`: unusual, but may be correct.
 */
export type Severity = "error" | "warning" | "note";

/** Consequences of a broken rule, with their severity. */
export const CONSEQUENCES = {
  unreadable: { severity: "error", sentence: "Otherwise it cannot be read, and a restart refuses it." },
  refused: { severity: "error", sentence: "Otherwise a restart refuses the image." },
  fatal: {
    severity: "warning",
    sentence: "Otherwise a restart accepts the image, and the program or the kernel crashes afterwards.",
  },
  doubtful: {
    severity: "warning",
    sentence: "No kernel writes anything else; a restart may misinterpret it.",
  },
  odd: { severity: "note", sentence: "Something else is unusual, and perhaps right." },
} as const satisfies Record<string, { readonly severity: Severity; readonly sentence: string }>;

export type Consequence = keyof typeof CONSEQUENCES;

/** All severities, the most severe first: the order of the report. */
export const SEVERITIES: readonly Severity[] = ["error", "warning", "note"];

export interface Rule {
  /** Stable, in kebab-case: scripts may rely on it. */
  readonly id: string;
  /** Key of the consequence in `CONSEQUENCES`. */
  readonly consequence: Consequence;
  /** Severity of the consequence. */
  readonly severity: Severity;
  /** What holds in a valid image, as a sentence. */
  readonly holds: string;
}

/** The rule and its consequence, in two or more sentences. */
export function explanationOf({ holds, consequence }: Rule): string {
  return `${holds} ${CONSEQUENCES[consequence].sentence}`;
}

/** The finding for damage that keeps an image from being read; its rule is the code of the error. */
export function findingOf({ code, offset, record, expected, found }: ImageError, within: string | undefined): Finding {
  return { rule: code, severity: "error", offset, at: offset, record, field: undefined, within, expected, found };
}

/** A place where an image breaks a rule. */
export interface Finding {
  /** Id of the rule. */
  readonly rule: string;
  readonly severity: Severity;
  /** Offset of the record, or of the place where it should be, in bytes from the start of the image. */
  readonly offset: number;
  /** Offset of the wrong bytes; equals `offset` if the whole record is wrong. */
  readonly at: number;
  /** Name of the record; undefined if there is none. */
  readonly record: string | undefined;
  /** Path of the field in the schema; undefined if it concerns several fields. */
  readonly field: string | undefined;
  /** The object or task that contains it: `MM 10`, `task 0` (tasks count from 0 in the order of the pid array). */
  readonly within: string | undefined;
  readonly expected: string;
  /** What was found. May quote raw text from the image. */
  readonly found: string;
}
