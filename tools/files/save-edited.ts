/** Saves edited images. */
import type { Stats } from "node:fs";
import type { EditedSource } from "../edit/edited-source.js";
import { copyInto } from "../write/copy-into.js";
import { type NewFile, type Replaced, replaceFile } from "./replace.js";

export interface SaveOptions {
  /** File from which the image was read, to copy it as a whole if its length stays. */
  readonly input?: string | undefined;
  /** State of that file when it was opened; later changes must not be lost. */
  readonly state?: Stats | undefined;
}

/** Saves an edited image; an existing file is replaced as a whole. */
export function saveEdited(
  result: EditedSource,
  output: string,
  { input, state }: SaveOptions = {},
): Promise<Replaced> {
  const copyOf = input !== undefined && result.keepsOffsets ? input : undefined;
  return replaceFile(output, (file) => fill(file, result, copyOf !== undefined), {
    copyOf,
    state: input === undefined ? undefined : { path: input, stats: state },
  });
}

async function fill(file: NewFile, result: EditedSource, isCopy: boolean): Promise<void> {
  if (!isCopy) return copyInto(file, result);
  for (const { offset, bytes } of result.changes) file.patch(bytes, offset);
}
