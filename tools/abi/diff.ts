/** The difference between two versions of the ABI; each change is listed once, with all architectures that it holds for. */
import { shared } from "../../runtime/comparison.js";
import type { Registry } from "../../runtime/index.js";
import { type ConstantChange, constantChanges } from "./diff-constants.js";
import { type StructChange, structChanges } from "./diff-structs.js";
import { revisionOfVersion } from "./revision.js";

export interface AbiDiff {
  readonly from: string;
  readonly to: string;
  /** Compared architectures: the requested one, or all that both versions have. */
  readonly arches: readonly string[];
  /** Architectures that only the later version has; empty if an architecture was requested. */
  readonly arches_added: readonly string[];
  /** Architectures that only the earlier version has; empty if an architecture was requested. */
  readonly arches_removed: readonly string[];
  readonly structs: readonly OnArches<StructChange>[];
  readonly constants: readonly OnArches<ConstantChange>[];
  /** Reasons why constants of a version could not be compared. */
  readonly remarks: readonly string[];
}

/** A change, with the architectures that it holds for. */
type OnArches<T> = T & { readonly arches: readonly string[] };

/**
 * Compares two versions on one architecture, or on all that both have.
 *
 * @throws {UnknownNameError} when a version or the architecture does not exist, or a version does not have the architecture
 */
export function diffVersions(registry: Registry, from: string, to: string, arch?: string): AbiDiff {
  // Looked up before the architectures, so that an unknown version is reported as one.
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

/** A remark if constants of a version only appear to be missing because a header of it is lost. */
function remarkOn(registry: Registry, version: string): string[] {
  const { rev, rev_note } = revisionOfVersion(registry, version);
  return rev === null
    ? [`CHECKPOINT_VERSION and other numbers of linux/checkpoint.h are missing from ${version}: ${rev_note}`]
    : [];
}

/** Merges equal changes on several architectures; changes with the same name are adjacent. */
function merge<T extends { readonly name: string }>(
  lists: readonly { readonly arch: string; readonly changes: readonly T[] }[],
): OnArches<T>[] {
  const found = lists.flatMap(({ arch, changes }) => changes.map((change) => [change, arch] as const));
  const merged = shared(found, (change) =>
    JSON.stringify(change, (_, value) => (typeof value === "bigint" ? `${value}n` : value)),
  ).map(({ findings: [change], places }) => ({ ...change, arches: places }));
  const names = new Map([...new Set(merged.map(({ name }) => name))].map((name, position) => [name, position]));
  const position = ({ name }: T) => names.get(name) as number;
  return merged.sort((a, b) => position(a) - position(b));
}
