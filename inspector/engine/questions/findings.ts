/** What `ckpt verify` finds. */
import { RULES } from "../../../tools/verify/inspections.js";
import type { VerifySummary } from "../../../tools/verify/report.js";
import { explanationOf, type Severity } from "../../../tools/verify/rule.js";
import { verify } from "../../../tools/verify/verify.js";
import type { Opened } from "../opened.js";
import { shown } from "../shown.js";

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

export function findings(
  { image }: Opened,
  _: null,
): { readonly rows: readonly FindingRow[]; readonly summary: VerifySummary } {
  const { findings, summary } = verify(image.format, image.source);
  const rules = new Map(RULES.map((rule) => [rule.id, explanationOf(rule)]));
  const rows = findings.map(({ rule, severity, at, record, field, within, expected, found }) => ({
    rule,
    severity,
    explanation: rules.get(rule),
    at,
    record,
    field,
    within,
    expected: shown(expected),
    found: shown(found),
  }));
  return { rows, summary };
}
