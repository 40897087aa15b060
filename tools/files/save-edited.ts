/** Saves edited images. */
import { type Stats, statSync } from "node:fs";
import type { EditedSource } from "../edit/edited-source.js";
import { OutputError, writing } from "../errors/output-error.js";
import { copyInto } from "../write/copy-into.js";
import { type NewFile, type Replaced, replaceFile } from "./replace.js";

export interface SaveOptions {
  /** File from which the image was read, to copy it as a whole if its length stays. */
  readonly input?: string | undefined;
  /** State of that file when it was opened; later changes must not be lost. */
  readonly state?: Stats | undefined;
}

/**
 * Saves an edited image; an existing file is replaced as a whole.
 *
 * @throws {OutputError} when it cannot be written, or another program changed the image since it was opened
 */
export async function saveEdited(
  result: EditedSource,
  output: string,
  { input, state }: SaveOptions = {},
): Promise<Replaced> {
  const copyOf =
    input !== undefined && result.keepsOffsets && writing(output, () => isRegularFile(input)) ? input : undefined;
  return replaceFile(output, (file) => fill(file, result, copyOf !== undefined, output), {
    copyOf,
    state: input === undefined ? undefined : { path: input, stats: state },
  });
}

/** A pipe has a name as well, but can be read only once. */
function isRegularFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

async function fill(file: NewFile, result: EditedSource, isCopy: boolean, output: string): Promise<void> {
  if (isCopy) {
    for (const { offset, bytes } of result.changes) file.patch(bytes, offset);
    return;
  }
  await copyInto(file, result);
  const { original } = result;
  if (original.isUnchanged?.() === false)
    throw new OutputError(output, "the image was changed by another program while it was open");
}
