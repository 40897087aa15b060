/** What the edits of an import need to know, and how they group differences. */
import type { Arch, Struct } from "../../model.js";
import type { DifferenceOf, HeaderDifference, SharedDifference } from "../difference.js";
import type { HeaderStruct } from "../model.js";
import type { EntryWriter } from "./entries.js";
import type { SchemaEdit } from "./files.js";

export interface ImportPlan {
  readonly edit: SchemaEdit;
  readonly entries: EntryWriter;
  readonly version: string;
  readonly oldest: string;
  /** Architectures that were compared. */
  readonly arches: readonly Arch[];
  /** Returns a struct of the headers on each architecture that has it. */
  readonly structOf: (tag: string) => ReadonlyMap<Arch, HeaderStruct>;
}

/** Equal differences of one thing, with the architectures of each. */
export type DifferenceGroup<K extends HeaderDifference["kind"]> = readonly {
  readonly difference: DifferenceOf<K>;
  readonly arches: readonly Arch[];
}[];

export function structId({ family, key }: Struct): string {
  return `${family ?? ""}/${key}`;
}

export function* groups<K extends HeaderDifference["kind"]>(
  shared: readonly SharedDifference[],
  kind: K,
  id: (difference: DifferenceOf<K>) => string,
): Generator<DifferenceGroup<K>> {
  const found = new Map<string, { difference: DifferenceOf<K>; arches: readonly Arch[] }[]>();
  for (const { difference, abis } of shared) {
    if (difference.kind !== kind) continue;
    const own = { difference: difference as DifferenceOf<K>, arches: abis.map(({ arch }) => arch) };
    const key = id(own.difference);
    found.set(key, [...(found.get(key) ?? []), own]);
  }
  yield* found.values();
}
