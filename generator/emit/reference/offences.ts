/**
 * Offences of the rule that 32-bit and 64-bit kernels write the same structs, as the report shows them. The lints find them, so that the report and
 * the problems of `npm run gen` always agree.
 */

import { acknowledgementOf, type Found, findOffences, isTwin, type LintName } from "../../check/layouts.js";
import type { DistinctLayout } from "../../layout.js";
import type { Abi, Struct } from "../../model.js";
import { fieldAddress } from "./addresses.js";
import type { Address } from "./content.js";
import type { Site } from "./site.js";

/** An offence at one place of a struct, with all ABIs that have it. */
export interface Offence {
  readonly struct: Struct;
  readonly lint: LintName;
  /** Path of the field, in the form that acknowledgements use. */
  readonly place: string;
  readonly offset: number;
  /** Extent of the offence: bytes of padding, misalignment, sizes of the struct. */
  readonly extent: string;
  readonly abis: readonly Abi[];
  /** Reason for the acknowledgement, from the schema. */
  readonly reason: string | undefined;
  /** Address of the field's row in a layout with the offence. */
  readonly address: Address;
}

export function offencesOf(site: Site, struct: Struct): Offence[] {
  const layouts = site.layouts.distinct.get(struct) ?? [];
  const groups = new Map<string, { found: Found; abis: Set<Abi> }>();
  for (const found of findOffences(layouts)) {
    const { place, offset, extent } = found.offence;
    const key = [found.lint, place, offset, extent].join("\n");
    const group = groups.get(key) ?? { found, abis: new Set() };
    groups.set(key, group);
    for (const abi of abisOf(found, layouts)) group.abis.add(abi);
  }
  return [...groups.values()].map(({ found, abis }) => ({
    struct,
    lint: found.lint,
    place: found.offence.place,
    offset: found.offence.offset,
    extent: found.offence.extent,
    // In chronological order, whatever the order of the layouts.
    abis: site.model.abis.filter((abi) => abis.has(abi)),
    reason: acknowledgementOf(struct, found)?.reason,
    address: addressOf(struct, found, layouts),
  }));
}

/** A lint names one ABI of a layout; the offence is in all ABIs that share the layout. */
function abisOf({ lint, offence }: Found, layouts: readonly DistinctLayout[]): readonly Abi[] {
  if (lint !== "word-size") return layoutOf(offence.abi, layouts)?.abis ?? [];
  const twins = layouts.flatMap(({ abis }) => abis.filter((abi) => isTwin(offence.abi, abi)));
  return [offence.abi, ...twins];
}

/** Address of the field's row in a layout with the offence; that of the struct for a member that has no row, being in a nested struct. */
function addressOf(struct: Struct, { offence }: Found, layouts: readonly DistinctLayout[]): Address {
  const names: string[] = [];
  let layout = layoutOf(offence.abi, layouts)?.layout;
  for (const key of offence.place.split(".")) {
    const member = layout?.members.find(({ field }) => field.key === key);
    if (!member) break;
    names.push(member.name ?? key);
    layout = member.type.kind === "struct" || member.type.kind === "union" ? member.type.layout : undefined;
  }
  return fieldAddress(struct, [offence.abi.name, ...(names.length > 0 ? [names.join(".")] : [])].join("/"));
}

function layoutOf(abi: Abi, layouts: readonly DistinctLayout[]): DistinctLayout | undefined {
  return layouts.find(({ abis }) => abis.includes(abi));
}

/** Whether a struct is the same for both word sizes; `alone` when there are no two to compare. */
export type Verdict = "keeps" | "breaks" | "alone";

export function verdictOf(site: Site, struct: Struct, offences: readonly Offence[]): Verdict {
  if (offences.some(({ lint }) => lint !== "implicit-padding")) return "breaks";
  return pairsOf(site.abisOf(struct)) > 0 ? "keeps" : "alone";
}

/** The number of pairs of a 64-bit architecture and its 32-bit twin that both have a struct in one version. */
export function pairsOf(abis: readonly Abi[]): number {
  return abis.filter((abi) => abi.arch.bits === 64 && abis.some((other) => isTwin(abi, other))).length;
}
