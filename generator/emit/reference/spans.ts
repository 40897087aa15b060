/** Versions and architectures in words. */

import { abiRanges } from "../../abi.js";
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
 * ABIs in words: `up to v21 on x86_64 and s390x; every version on powerpc`.
 *
 * @param within ABIs that need no mention, e.g. all in which the struct exists
 */
export function abisText(abis: readonly Abi[], { versions, abis: all }: Model, within: readonly Abi[] = all): string {
  if (abis.length === within.length) return within === all ? "every version" : "wherever it exists";
  const arches = new Set(within.map(({ arch }) => arch.id));
  const groups = new Map<string, string[]>();
  for (const [arch, ranges] of Object.entries(abiRanges(abis, versions))) {
    const text = rangesText(ranges, lifeOf(arch, all));
    groups.set(text, [...(groups.get(text) ?? []), arch]);
  }
  return [...groups]
    .map(([text, list]) => (groups.size === 1 && list.length === arches.size ? text : `${text} on ${enumerated(list)}`))
    .join("; ");
}

/** Ranges relative to the life of the architecture, so that architectures that were added later get the same text. */
function rangesText(ranges: string, [first, last]: readonly [string | undefined, string | undefined]): string {
  return enumerated(
    ranges.split(", ").map((range) => {
      const [from = "", to = ""] = range.split("..");
      if (from === first && to === last) return "every version";
      if (from === to) return from;
      if (to === last) return `${from} and later`;
      return from === first ? `up to ${to}` : `${from} to ${to}`;
    }),
  );
}

function lifeOf(arch: string, abis: readonly Abi[]): readonly [string | undefined, string | undefined] {
  const own = abis.filter((abi) => abi.arch.id === arch);
  return [own[0]?.version.id, own.at(-1)?.version.id];
}

/** A list in words: `a, b and c` */
export function enumerated(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}
