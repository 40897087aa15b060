/** What `verify` finds in an image. Its walk over all records may take long, so it has a worker of its own. */
import { addedFindings } from "../../tools/edit/check.js";
import { EditedSource } from "../../tools/edit/edited-source.js";
import type { Progress } from "../../tools/image/bytes/progress.js";
import type { ImageSource } from "../../tools/image/bytes/source.js";
import { RULES } from "../../tools/verify/inspections.js";
import type { VerifySummary } from "../../tools/verify/report.js";
import { explanationOf, type Finding, type Severity } from "../../tools/verify/rule.js";
import { verify } from "../../tools/verify/verify.js";
import { formatOf, type Reading, sourceOf } from "./reading.js";
import { shown } from "./shown.js";

export interface FindingRow {
  readonly rule: string;
  readonly severity: Severity;
  /** What holds in a valid image, and what follows otherwise. */
  readonly explanation: string | undefined;
  /** Offset of the wrong bytes in the image. */
  readonly at: number;
  readonly record: string | undefined;
  readonly field: string | undefined;
  readonly within: string | undefined;
  readonly expected: string;
  readonly found: string;
}

export interface Findings {
  readonly rows: readonly FindingRow[];
  readonly summary: VerifySummary;
}

/** Maximum number of new findings of each severity. */
const MAX_NEW = 200;

/** The checks by name. */
export const CHECKS = {
  /** All findings. */
  all(file: ImageSource, reading: Reading, onProgress: Progress): Findings {
    const { findings, summary } = verify(formatOf(reading), sourceOf(file, reading), { onProgress });
    return { rows: findings.map(rowOf), summary };
  },

  /** Errors and warnings that are found in the changed image, and not in the file. */
  ofChanges(file: ImageSource, reading: Reading, onProgress: Progress): readonly FindingRow[] {
    const source = sourceOf(file, reading);
    if (!(source instanceof EditedSource)) return [];
    const added = addedFindings(formatOf(reading), source, onProgress);
    const some = (severity: Severity) => added.filter((finding) => finding.severity === severity).slice(0, MAX_NEW);
    return [...some("error"), ...some("warning")].map(rowOf);
  },
};

const EXPLANATIONS = new Map(RULES.map((rule) => [rule.id, explanationOf(rule)]));

function rowOf({ rule, severity, at, record, field, within, expected, found }: Finding): FindingRow {
  return {
    rule,
    severity,
    explanation: EXPLANATIONS.get(rule),
    at,
    record,
    field,
    within,
    expected: shown(expected),
    found: shown(found),
  };
}

export type CheckName = keyof typeof CHECKS;

export type CheckResult<Name extends CheckName> = ReturnType<(typeof CHECKS)[Name]>;
