/** Whether a rule, an item or a payload of the grammar is there in one version on one architecture. */
import type { View } from "./side.js";

export interface Life {
  readonly since?: string;
  readonly until?: string;
  readonly arches?: readonly string[];
}

export function isPresent({ since, until, arches }: Life, { model, abi }: View): boolean {
  const index = (id: string) => model.versions.find((version) => version.id === id)?.index ?? Number.NaN;
  if (since !== undefined && abi.version.index < index(since)) return false;
  if (until !== undefined && abi.version.index >= index(until)) return false;
  if (arches === undefined) return true;
  // As everywhere in the schema: an id means the architecture of that name if there is one, else the family.
  return arches.some((id) =>
    model.arches.some((arch) => arch.id === id) ? id === abi.arch.id : id === abi.arch.family,
  );
}
