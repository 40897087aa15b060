/** Versions and architectures in words. */

import type { Abi, Model } from "../../model.js";

/** A value and the ABIs that have it, in the order of first appearance. */
export interface Span<T> {
  readonly value: T;
  readonly abis: readonly Abi[];
}

/** Groups ABIs by value; those without a value are left out. Values are compared by identity. */
export function spans<T>(abis: readonly Abi[], valueAt: (abi: Abi) => T | undefined): Span<T>[] {
  const groups = new Map<T, Abi[]>();
  for (const abi of abis) {
    const value = valueAt(abi);
    if (value !== undefined) groups.set(value, [...(groups.get(value) ?? []), abi]);
  }
  return [...groups].map(([value, list]) => ({ value, abis: list }));
}

/**
 * ABIs in words: `since v18`, `up to v21 on x86_64 and s390x; v19 on powerpc`. A range of versions covers every architecture of those versions, however
 * late an architecture was added or early it was removed. Architectures are named only where they differ.
 *
 * @param within ABIs that need no mention, e.g. all in which the struct exists
 */
export function abisText(abis: readonly Abi[], { abis: all }: Model, within: readonly Abi[] = all): string {
  if (abis.length === within.length) return within === all ? "every version" : "wherever it exists";
  const chosen = new Set(abis);
  const versions = versionsText(chosen, within);
  if (versions !== undefined) return versions;
  const arches = [...new Set(within.map(({ arch }) => arch.id))];
  const groups: string[][] = [];
  const textOf = (group: readonly string[]) =>
    versionsText(
      chosen,
      within.filter(({ arch }) => group.includes(arch.id)),
    );
  for (const arch of arches.filter((id) => abis.some((abi) => abi.arch.id === id))) {
    const group = groups.find((own) => textOf([...own, arch]) !== undefined);
    if (group) group.push(arch);
    else groups.push([arch]);
  }
  const others = arches.filter((id) => !groups[0]?.includes(id));
  if (groups.length === 1 && others.length * 2 < arches.length - others.length)
    return `${textOf(groups[0] ?? [])} except on ${enumerated(others)}`;
  return groups.map((group) => `${textOf(group)} on ${enumerated(group)}`).join("; ");
}

/** The versions whose ABIs are all chosen, in words; undefined if one is chosen only on some of its architectures. */
function versionsText(chosen: ReadonlySet<Abi>, within: readonly Abi[]): string | undefined {
  const versions = [...new Set(within.map(({ version }) => version))].sort((a, b) => a.index - b.index);
  const ranges: string[][] = [];
  let isOpen = false;
  for (const version of versions) {
    const own = within.filter((abi) => abi.version === version);
    const count = own.filter((abi) => chosen.has(abi)).length;
    if (count > 0 && count < own.length) return undefined;
    if (count > 0 && isOpen) ranges.at(-1)?.push(version.id);
    else if (count > 0) ranges.push([version.id]);
    isOpen = count > 0;
  }
  const [first, last] = [versions[0]?.id, versions.at(-1)?.id];
  return enumerated(
    ranges.map((range) => {
      const [from, to] = [range[0], range.at(-1)];
      if (from === first && to === last) return "every version";
      if (from === to && to !== last) return `${from}`;
      if (to === last) return `since ${from}`;
      return from === first ? `up to ${to}` : `${from} to ${to}`;
    }),
  );
}

/** A list in words: `a, b and c` */
export function enumerated(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}
