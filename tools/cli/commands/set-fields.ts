/** Executes `ckpt set` and prints what was changed. */
import { statSync } from "node:fs";
import { oneLine } from "../../control-characters.js";
import { BrokenImageError } from "../../edit/check.js";
import { parseAssignment } from "../../edit/path.js";
import type { Plan } from "../../edit/plan.js";
import { editImage, writeEdited } from "../../edit/set.js";
import { STANDARD_INPUT } from "../../errors/input-error.js";
import { RefusalError } from "../../errors/refusal-error.js";
import { UsageError } from "../../errors/usage-error.js";
import { saveEdited } from "../../files/save-edited.js";
import type { Image } from "../../image/image.js";
import type { CommandContext } from "../frame/context.js";
import { type ImageOptions, withImage } from "../frame/open.js";
import { refuseTerminal, STANDARD_OUTPUT, tellReplaced } from "../frame/output.js";
import { toJson } from "../output/json.js";
import { colorsOf, type Streams } from "../output/streams.js";

/** Where the changed image is written, and whether it may be invalid. */
export interface SetRequest extends ImageOptions {
  readonly output?: string;
  readonly inPlace?: true;
  readonly dryRun?: true;
  readonly force?: true;
  readonly json?: true;
}

/**
 * Changes fields of an image, writes the result, and prints the changes.
 *
 * @throws {UsageError} when an edit is invalid
 * @throws {RefusalError} when it would break the image
 */
export async function setFields(
  path: string,
  texts: readonly string[],
  options: SetRequest,
  context: CommandContext,
): Promise<void> {
  const output = outputOf(path, options);
  const isFile = path !== STANDARD_INPUT;
  const state = isFile ? statSync(path, { throwIfNoEntry: false }) : undefined;
  await withImage(path, options, context, async (image) => {
    const plan = edit(image, texts, options, context.streams);
    const { streams } = context;
    warn(plan.warnings, streams);
    if (output === STANDARD_OUTPUT) {
      refuseTerminal(output, streams);
      await writeEdited(plan.result, { write: (bytes) => streams.out.write(bytes.slice()) });
      return;
    }
    if (output !== undefined && (plan.result.changes.length > 0 || !options.inPlace)) {
      const saved = await saveEdited(plan.result, output, isFile && state?.isFile() ? { input: path, state } : {});
      tellReplaced(saved, streams);
    }
    print(plan, output, options, streams);
  });
}

/**
 * The file to write; undefined with `--dry-run`.
 *
 * @throws {UsageError} (`wrong-usage`) unless exactly one of `-o`, `--in-place` and `--dry-run` is given, or when `--in-place` has no file
 */
function outputOf(path: string, { output, inPlace, dryRun }: SetRequest): string | undefined {
  if ([output !== undefined, inPlace, dryRun].filter(Boolean).length !== 1)
    throw new UsageError(
      "wrong-usage",
      "choose where the result goes: -o FILE for a new file, --in-place to replace the image, or --dry-run for neither",
    );
  if (inPlace && path === STANDARD_INPUT)
    throw new UsageError(
      "wrong-usage",
      "--in-place needs a file; an image from the standard input is written with -o FILE",
    );
  return inPlace ? path : output;
}

/** Maximum number of findings, and of warnings, that are printed. */
const MAX_PRINTED_LINES = 5;

function edit(image: Image, texts: readonly string[], { force }: SetRequest, { err }: Streams): Plan {
  try {
    return editImage(image, texts.map(parseAssignment), { force });
  } catch (error) {
    if (!(error instanceof BrokenImageError)) throw error;
    for (const finding of error.findings.slice(0, MAX_PRINTED_LINES)) err.write(`ckpt: ${oneLine(finding)}\n`);
    const more = error.findings.length - MAX_PRINTED_LINES;
    throw new RefusalError(
      "broken-image",
      `the image would be broken${more > 0 ? ` (${more} more findings)` : ""}, so nothing was changed; --force does it all the same`,
    );
  }
}

function warn(warnings: readonly string[], { err }: Streams): void {
  for (const warning of warnings.slice(0, MAX_PRINTED_LINES)) err.write(`ckpt: warning: ${oneLine(warning)}\n`);
  if (warnings.length > MAX_PRINTED_LINES)
    err.write(`ckpt: ${warnings.length - MAX_PRINTED_LINES} more warnings; --json has all\n`);
}

function print({ edits, warnings }: Plan, output: string | undefined, { json }: SetRequest, streams: Streams): void {
  const { out } = streams;
  if (json) {
    const told = edits.map(({ path, field, before, after, changes }) => ({
      path,
      before,
      after,
      changed: changes.length > 0,
      offset: field.offset,
      size: field.size,
    }));
    out.write(toJson({ output: output ?? null, edits: told, warnings }));
    return;
  }
  const { dim } = colorsOf(streams);
  for (const { path, before, after, changes } of edits) {
    const what =
      changes.length > 0 ? `${oneLine(before)} -> ${oneLine(after)}` : `${oneLine(before)} ${dim("(as it was)")}`;
    out.write(`${oneLine(path)}: ${what}\n`);
  }
}
