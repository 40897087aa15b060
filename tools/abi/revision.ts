/** The format revision that the kernels of a version write. */
import type { Registry } from "../../runtime/index.js";
import { noteIn } from "./history.js";

const NAME = "CHECKPOINT_VERSION";

export interface Revision {
  /** `CHECKPOINT_VERSION`, the value of the field `rev` in the header record; null if it is not known. */
  readonly rev: number | null;
  /** Why it is not known. */
  readonly rev_note?: string;
}

export function revisionOfVersion(registry: Registry, version: string): Revision {
  const rev = registry.abi(version, registry.arches(version)[0] ?? "").constant(NAME);
  if (rev !== undefined) return { rev: Number(rev) };
  const define = registry.tables.constants.find(({ name }) => name === NAME);
  const note = noteIn(define?.notes, registry.versions, version);
  return { rev: null, ...(note && { rev_note: note.text }) };
}
