/** Changes of the enumerators and defines of one architecture between two versions. */
import { changesOf } from "../../runtime/comparison.js";
import type { Abi, Registry } from "../../runtime/index.js";
import { constantGroups } from "./constants.js";

export interface ConstantChange extends ConstantPlace {
  readonly name: string;
  readonly change: "added" | "removed" | "renumbered";
  readonly from?: number | bigint;
  readonly to?: number | bigint;
}

interface ConstantPlace {
  /** Enumeration of the schema; omitted for a define. */
  readonly enum?: string;
  /** Header of a define. */
  readonly header?: string;
}

/** Removed constants in their order, then the others in theirs. */
export function constantChanges(registry: Registry, from: Abi, to: Abi): ConstantChange[] {
  return changesOf(placed(registry, from), placed(registry, to), ({ name }) => name).flatMap(({ old, now }) => {
    if (old && now && old.value === now.value) return [];
    const { name, place } = (now ?? old) as Placed;
    const change = !old ? "added" : now ? "renumbered" : "removed";
    return [{ name, ...place, change, ...(old && { from: old.value }), ...(now && { to: now.value }) }];
  });
}

interface Placed {
  readonly name: string;
  readonly place: ConstantPlace;
  readonly value: number | bigint;
}

/** In C, enumerators and defines share one name space. */
function placed(registry: Registry, abi: Abi): Placed[] {
  return constantGroups(registry, abi).flatMap((group) => {
    const place = {
      ...(group.enum !== undefined && { enum: group.enum }),
      ...(group.header !== undefined && { header: group.header }),
    };
    return group.constants.map(({ name, value }) => ({ name, place, value }));
  });
}
