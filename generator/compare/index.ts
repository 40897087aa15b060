/**
 * Compares two sides in every version and architecture that the old side has. A change that is equal in many of them is reported once.
 *
 * Other comparisons share the pairing, but not the results: an import of headers writes YAML from the parts of a difference, the reference compares any
 * two versions in the browser by small tables of facts, the manifest of the last run has no types, and descriptors have no schema.
 */
import { shared } from "../../runtime/comparison.js";
import type { Abi, Version } from "../model.js";
import { compareArches } from "./arches.js";
import { type Change, lastPlace } from "./change.js";
import { compareGeneralDocumentation } from "./documentation.js";
import { compareGrammars } from "./grammar.js";
import { type Effect, effectOf } from "./kinds.js";
import { compareNumbers } from "./numbers.js";
import { compareObjects, compareRecords } from "./records.js";
import { compareStructs } from "./structs.js";
import type { Side, View } from "./view.js";

export interface AbiFinding {
  readonly effect: Effect;
  readonly change: Change;
  /** The ABIs of the old side for which the change holds; empty for a change that belongs to no architecture. */
  readonly abis: readonly Abi[];
}

export interface Comparison {
  readonly findings: readonly AbiFinding[];
  /** All versions and architectures of the old side. */
  readonly released: readonly Abi[];
  /** Versions and architectures that only the new side has. */
  readonly appended: readonly Abi[];
  /** Versions of the old side. */
  readonly versions: readonly Version[];
  readonly newVersions: readonly Version[];
}

const COMPARERS = [
  compareArches,
  compareStructs,
  compareNumbers,
  compareRecords,
  compareObjects,
  compareGrammars,
] as const;

/** The differences between two views of one version on one architecture. */
export function compareViews(before: View, after: View): Change[] {
  return COMPARERS.flatMap((compare) => compare(before, after));
}

export function compareSides(before: Side, after: Side): Comparison {
  const found: [Change, ...Abi[]][] = [...before.views].flatMap(([name, view]) => {
    const now = after.views.get(name);
    const changes = now ? compareViews(view, now) : [vanished(view.abi, before, after)];
    return changes.map((change): [Change, Abi] => [change, view.abi]);
  });
  for (const change of compareGeneralDocumentation(before.model, after.model)) found.push([change]);
  const findings = shared(found, identityOf).map(({ findings: [change, ...others], places: abis }) => {
    const carries = [...new Set([change, ...others].flatMap((one) => one.carries ?? []))];
    return { effect: effectOf(change.kind), change: carries.length > 0 ? { ...change, carries } : change, abis };
  });
  return {
    findings,
    released: before.model.abis,
    appended: after.model.abis.filter(({ name }) => !before.views.has(name)),
    versions: before.model.versions,
    newVersions: after.model.versions.filter(({ id }) => !before.model.versions.some((version) => version.id === id)),
  };
}

function vanished({ version, arch }: Abi, before: Side, after: Side): Change {
  const sameArch = after.model.arches.find(({ id }) => id === arch.id);
  if (after.model.versions.some(({ id }) => id === version.id))
    return { kind: "arch-removed", subject: `architecture ${arch.id}`, place: lastPlace(arch.origin, sameArch) };
  const { document } = (before.model.arches[0] ?? arch).origin;
  const place = { origin: { document, path: ["versions", version.id] }, gone: true } as const;
  return { kind: "version-removed", subject: `version ${version.id}`, place };
}

function identityOf({ kind, subject, from, to, detail, place: { origin, gone } }: Change): string {
  return JSON.stringify([kind, subject, from, to, detail, origin.document.file, origin.path, gone]);
}
