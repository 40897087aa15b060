/** Changes fields of an image. Everything is checked before a byte is written; then the result is written to a new file or replaces the old one. */
import type { Image } from "../image/image.js";
import { copyInto } from "../write/copy-into.js";
import type { ImageSink } from "../write/sink.js";
import { BrokenImageError, newFindings } from "./check.js";
import type { EditedSource } from "./edited-source.js";
import type { LiteralAssignment } from "./literal.js";
import type { Assignment } from "./path.js";
import { type Plan, planEdits } from "./plan.js";

export interface SetOptions {
  /** Allows edits that break the image or change padding. */
  readonly force?: boolean | undefined;
}

/**
 * Plans assignments, and checks the resulting image.
 *
 * @throws {UsageError} (`bad-path`) when a path leads nowhere, or to more than one field
 * @throws {UsageError} when a value does not fit its field, or two assignments change the same bytes
 * @throws {BrokenImageError} when the result has errors that the image does not have
 */
export function editImage(
  image: Image,
  assignments: readonly (Assignment | LiteralAssignment)[],
  { force }: SetOptions = {},
): Plan {
  const plan = planEdits(image, assignments, { force });
  if (plan.result.changes.length === 0) return plan;
  const { errors, warnings } = newFindings(image.format, plan.result);
  if (errors.length > 0 && !force) throw new BrokenImageError(errors);
  return { ...plan, warnings: [...plan.warnings, ...errors, ...warnings] };
}

/** Writes an edited image to an output that is not a replaceable file, such as a pipe. */
export function writeEdited(result: EditedSource, sink: ImageSink): Promise<void> {
  return copyInto(sink, result);
}
