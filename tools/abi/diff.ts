/** The difference between two versions of the ABI, told once for all architectures that it holds for. */
import type { Registry } from "../../runtime/index.js";
import { type ConstantChange, constantChanges } from "./diff-constants.js";
import { type StructChange, structChanges } from "./diff-structs.js";
import { revisionOf } from "./revision.js";

export interface AbiDiff {
  readonly from: string;
  readonly to: string;
  /** Architectures that were compared: the one that was asked for, or all that both versions have. */
  readonly arches: readonly string[];
  /** Architectures that only the later or only the earlier version has; empty when one was asked for. */
  readonly arches_added: readonly string[];
  readonly arches_removed: readonly string[];
  readonly structs: readonly OnArches<StructChange>[];
  readonly constants: readonly OnArches<ConstantChange>[];
  /** What keeps the constants of a version from being compared. */
  readonly remarks: readonly string[];
}

/** A change and the architectures it holds for. */
export type OnArches<T> = T & { readonly arches: readonly string[] };

/** @throws {UnknownNameError} when a version or the architecture does not exist, or a version does not have the architecture */
export function diffVersions(registry: Registry, from: string, to: string, arch?: string): AbiDiff {
  // Looked up before the architectures are, so that an unknown version is told as one.
  for (const version of [from, to]) registry.abi(version, arch ?? registry.arches(version)[0] ?? "");
  const before = registry.arches(from);
  const after = registry.arches(to);
  const arches = arch === undefined ? after.filter((id) => before.includes(id)) : [arch];
  const pairs = arches.map((id) => ({ arch: id, from: registry.abi(from, id), to: registry.abi(to, id) }));
  return {
    from,
    to,
    arches,
    arches_added: arch === undefined ? after.filter((id) => !before.includes(id)) : [],
    arches_removed: arch === undefined ? before.filter((id) => !after.includes(id)) : [],
    structs: merge(pairs.map((pair) => ({ ...pair, changes: structChanges(registry, pair.from, pair.to) }))),
    constants: merge(pairs.map((pair) => ({ ...pair, changes: constantChanges(registry, pair.from, pair.to) }))),
    remarks: [from, to].flatMap((version) => remarkOn(registry, version)),
  };
}

/** A constant of a header that is lost looks as if the version did not have it. */
function remarkOn(registry: Registry, version: string): string[] {
  const { rev, rev_note } = revisionOf(registry, version);
  return rev === null
    ? [`CHECKPOINT_VERSION and other numbers of linux/checkpoint.h are missing from ${version}: ${rev_note}`]
    : [];
}

/** Changes that are the same on several architectures become one; changes of one name stand together. */
function merge<T extends { readonly name: string }>(
  lists: readonly { readonly arch: string; readonly changes: readonly T[] }[],
): OnArches<T>[] {
  const byName = new Map<string, Map<string, { change: T; arches: string[] }>>();
  for (const { arch, changes } of lists)
    for (const change of changes) {
      const same = byName.get(change.name) ?? new Map<string, { change: T; arches: string[] }>();
      byName.set(change.name, same);
      const text = JSON.stringify(change, (_, value) => (typeof value === "bigint" ? `${value}n` : value));
      const known = same.get(text);
      if (known) known.arches.push(arch);
      else same.set(text, { change, arches: [arch] });
    }
  return [...byName.values()].flatMap((same) =>
    [...same.values()].map(({ change, arches }) => ({ ...change, arches })),
  );
}
