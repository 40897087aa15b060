/** Collects findings. All are counted, but only a limited number is kept. */
import type { WalkEnd } from "../image/walk/walk.js";
import { type Finding, SEVERITIES, type Severity } from "./rule.js";

export interface VerifyReport {
  /** `version/arch` that the image was read as. */
  readonly abi: string;
  /** In the order of their offsets. If there are more than requested, the most severe are kept. */
  readonly findings: readonly Finding[];
  readonly summary: VerifySummary;
}

export interface VerifySummary {
  /** How the image ends: `complete`, `error` (with the message of a kernel that gave up) or `damaged` (nothing after the damage was checked). */
  readonly end: WalkEnd | "damaged";
  /** Number of checked records, including OBJREF records. */
  readonly records: number;
  /** Size of the image in bytes. */
  readonly bytes: number;
  /** Number of all errors, including those not listed; `warnings` and `notes` likewise. */
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
  /** Number of findings that are not in the list. */
  readonly leftOut: number;
  /** Number of findings by rule id, most first; only rules with findings. */
  readonly rules: Readonly<Record<string, number>>;
}

export class FindingLog {
  private readonly kept: Record<Severity, Finding[]> = { error: [], warning: [], note: [] };
  private readonly counts: Record<Severity, number> = { error: 0, warning: 0, note: 0 };
  private readonly rules = new Map<string, number>();

  constructor(
    private readonly max: number,
    private readonly onFinding: ((finding: Finding) => void) | undefined,
  ) {}

  add(finding: Finding): void {
    this.counts[finding.severity]++;
    this.rules.set(finding.rule, (this.rules.get(finding.rule) ?? 0) + 1);
    const kept = this.kept[finding.severity];
    if (kept.length < this.max) kept.push(finding);
    this.onFinding?.(finding);
  }

  report(abi: string, { end, records, bytes }: Pick<VerifySummary, "end" | "records" | "bytes">): VerifyReport {
    const findings = SEVERITIES.flatMap((severity) => this.kept[severity]).slice(0, this.max);
    findings.sort((a, b) => a.offset - b.offset || a.at - b.at);
    const { error: errors, warning: warnings, note: notes } = this.counts;
    const leftOut = errors + warnings + notes - findings.length;
    const rules = Object.fromEntries([...this.rules].sort(([, a], [, b]) => b - a));
    return { abi, findings, summary: { end, records, bytes, errors, warnings, notes, leftOut, rules } };
  }
}

/** A finding as one line of text. */
export function messageOf({ offset, record, field, within, expected, found }: Finding): string {
  const place = `${record ? `${record} ` : ""}at offset ${offset}${within ? ` (in ${within})` : ""}`;
  return `${place}: ${field ? `${field}: ` : ""}expected ${expected}, found ${found}`;
}
