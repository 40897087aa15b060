/** Checks an edited image: problems of the result that the original does not have. */

import { RefusalError } from "../errors/refusal-error.js";
import type { ImageFormat } from "../image/abi/format.js";
import type { Progress } from "../image/bytes/progress.js";
import type { ImageSource } from "../image/bytes/source.js";
import { messageOf } from "../verify/report.js";
import type { Finding, Severity } from "../verify/rule.js";
import { verify } from "../verify/verify.js";
import type { EditedSource } from "./edited-source.js";

/** The edit would break the image. */
export class BrokenImageError extends RefusalError {
  constructor(
    /** The new errors, one line each, in the order of the image. */
    readonly findings: readonly string[],
  ) {
    super(
      "broken-image",
      `the image would be broken: ${findings[0]}${findings.length > 1 ? ` (and ${findings.length - 1} more)` : ""}`,
    );
  }
}

export interface NewFindings {
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/** Maximum number of findings that are compared. */
const MAX_FINDINGS = 10_000;

/**
 * Findings of the edited image that the original does not have.
 *
 * @param result the edited image, which is read as the same ABI
 */
export function newFindings(format: ImageFormat, result: EditedSource, onProgress?: Progress): NewFindings {
  const added = addedFindings(format, result, onProgress);
  const messages = (severity: Severity) => added.filter((f) => f.severity === severity).map(messageOf);
  return { errors: messages("error"), warnings: messages("warning") };
}

/** Returns the findings of the edited image that the original does not have, of any severity, in the order of the image. */
export function addedFindings(format: ImageFormat, result: EditedSource, onProgress?: Progress): readonly Finding[] {
  const { original } = result;
  const total = result.size + original.size;
  const after = findingsOf(format, result, (done) => onProgress?.(done, total));
  if (after.length === 0) return [];
  const known = findingsOf(format, original, (done) => onProgress?.(result.size + done, total));
  const before = new Set(known.map((finding) => keyOf(finding, (offset) => offset)));
  return after.filter((finding) => !before.has(keyOf(finding, (offset) => result.originalOffset(offset))));
}

/** Identifies a finding before and after the edit: the rule and the place, whatever the value. */
function keyOf({ rule, at, field }: Finding, originalOffset: (offset: number) => number): string {
  return `${rule} ${originalOffset(at)} ${field}`;
}

function findingsOf(format: ImageFormat, source: ImageSource, onProgress: Progress): readonly Finding[] {
  return verify(format, source, { max: MAX_FINDINGS, onProgress }).findings;
}
