/** Collects findings. However many there are, only as many are kept as were asked for; all are counted. */
import type { WalkEnd } from "../image/walk/grammar.js";
import { type Finding, SEVERITIES, type Severity } from "./rule.js";

export interface VerifyReport {
  /** `version/arch` that the image was read as. */
  readonly abi: string;
  /** In the order of their offsets. The most severe are kept where there are more than were asked for. */
  readonly findings: readonly Finding[];
  readonly summary: VerifySummary;
}

export interface VerifySummary {
  /** How the image ends: as it should, with the message of a kernel that gave up, or with damage, behind which nothing was checked. */
  readonly end: WalkEnd | "damaged";
  /** Records that were checked, OBJREF records included. */
  readonly records: number;
  /** Bytes of the image. */
  readonly bytes: number;
  /** Of all findings, those that were left out as well. */
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
  /** Findings that are not in the list. */
  readonly leftOut: number;
  /** How many findings each rule has, by its id, most first. Rules that hold are not in it. */
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

/** One line for people. */
export function messageOf({ offset, record, field, within, expected, found }: Finding): string {
  const place = `${record ? `${record} ` : ""}at offset ${offset}${within ? ` (in ${within})` : ""}`;
  return `${place}: ${field ? `${field}: ` : ""}expected ${expected}, found ${found}`;
}
