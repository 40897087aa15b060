/** What became of the enumerators and defines of one architecture from one version to another. */
import type { Abi, Registry } from "../../runtime/index.js";
import { constantGroups } from "./constants.js";

export interface ConstantChange extends Place {
  readonly name: string;
  readonly change: "added" | "removed" | "renumbered";
  readonly from?: number | bigint;
  readonly to?: number | bigint;
}

interface Place {
  /** Enumeration of the schema; none for a define. */
  readonly enum?: string;
  /** Header of a define. */
  readonly header?: string;
}

/** The removed ones in their order, then the others in theirs. */
export function constantChanges(registry: Registry, from: Abi, to: Abi): ConstantChange[] {
  const before = placed(registry, from);
  const after = placed(registry, to);
  const removed = [...before]
    .filter(([name]) => !after.has(name))
    .map(([name, { place, value }]): ConstantChange => ({ name, ...place, change: "removed", from: value }));
  const others = [...after].flatMap(([name, { place, value }]): ConstantChange[] => {
    const past = before.get(name)?.value;
    if (past === undefined) return [{ name, ...place, change: "added", to: value }];
    return past === value ? [] : [{ name, ...place, change: "renumbered", from: past, to: value }];
  });
  return [...removed, ...others];
}

/** By name: C keeps enumerators and defines apart by nothing else. */
function placed(registry: Registry, abi: Abi): Map<string, { place: Place; value: number | bigint }> {
  return new Map(
    constantGroups(registry, abi).flatMap((group) => {
      const place = {
        ...(group.enum !== undefined && { enum: group.enum }),
        ...(group.header !== undefined && { header: group.header }),
      };
      return group.constants.map(({ name, value }) => [name, { place, value }] as const);
    }),
  );
}
