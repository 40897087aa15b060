/**
 * Computes what changed between two versions from facts of all ABIs. The script of the pages compares any two versions and includes this module, so
 * it depends only on the merging of changes.
 */
import { shared } from "../../../runtime/comparison.js";

/** Everything that can change, in a form that is compact as JSON. */
export interface Facts {
  /** Ids of the versions, oldest first. */
  readonly versions: readonly string[];
  /** Architectures, with the versions that have them. */
  readonly arches: readonly { readonly id: string; readonly versions: readonly string[] }[];
  /** Patterns that items refer to by number; most items share theirs. */
  readonly patterns: readonly Pattern[];
  readonly groups: readonly FactGroup[];
}

/**
 * The ABIs in which each value of an item holds: `[value, times, value, times, …]` with the number of the value, or -1 for none. All versions of the
 * first architecture come first, then those of the second one, and so on.
 */
export type Pattern = readonly number[];

export type GroupKind = "struct" | "record" | "object" | "enum" | "constants" | "rule" | "body";

/** Related facts: those of a struct or of an enumeration, or the numbers of all records. */
export interface FactGroup {
  readonly kind: GroupKind;
  readonly name: string;
  /** Page of the reference that describes the group. */
  readonly page: string;
  /** The group itself, if it has facts of its own: the size and the name of a struct. */
  readonly whole?: Item;
  readonly items: readonly Item[];
}

export interface Item {
  /** Newest name: path of a field, name of a record, of an enumerator, … */
  readonly name: string;
  readonly pattern: number;
  readonly values: readonly FactValue[];
}

export interface FactValue {
  /** The value as text: a type, a size, a number. */
  readonly text: string;
  /** Offset of a field, in bytes. */
  readonly at?: number;
  /** Alignment of a struct, in bytes. */
  readonly align?: number;
  /** Name in these ABIs, if it is not the newest one. */
  readonly name?: string;
  /** Meaning of a field, if it is not the same in all versions. */
  readonly means?: string;
}

export type FactChangeKind = "added" | "removed" | "changed";

/** A change of a group. */
export interface GroupChange {
  readonly group: FactGroup;
  readonly kind: FactChangeKind;
  /** Architectures on which the change holds. */
  readonly arches: readonly string[];
  /** Compared architectures on which at least one of the versions has the group. */
  readonly among: readonly string[];
  /** Changes in the order of the group; one of the group itself comes first. */
  readonly changes: readonly FactChange[];
}

/** A change of an item: without `from` it is new, without `to` it is removed. */
export interface FactChange {
  readonly item: Item;
  readonly from?: FactValue;
  readonly to?: FactValue;
  readonly arches: readonly string[];
}

/** Facts with fast access by version and architecture. */
export class FactTable {
  private readonly versionNumbers: ReadonlyMap<string, number>;
  private readonly archNumbers: ReadonlyMap<string, number>;
  private readonly arches: ReadonlyMap<string, readonly string[]>;
  /** Patterns with a place for each version of each architecture. */
  private readonly spread: readonly Int16Array[];

  constructor(readonly facts: Facts) {
    this.versionNumbers = new Map(facts.versions.map((id, i) => [id, i]));
    this.archNumbers = new Map(facts.arches.map(({ id }, i) => [id, i]));
    this.arches = new Map(
      facts.versions.map((version) => [
        version,
        facts.arches.filter(({ versions }) => versions.includes(version)).map(({ id }) => id),
      ]),
    );
    const places = facts.versions.length * facts.arches.length;
    this.spread = facts.patterns.map((pattern) => {
      const values = new Int16Array(places);
      let place = 0;
      for (let i = 0; i < pattern.length; i += 2) {
        const next = place + (pattern[i + 1] as number);
        values.fill(pattern[i] as number, place, next);
        place = next;
      }
      return values;
    });
  }

  at(item: Item, version: string, arch: string): FactValue | undefined {
    const place =
      (this.archNumbers.get(arch) as number) * this.facts.versions.length +
      (this.versionNumbers.get(version) as number);
    return item.values[this.spread[item.pattern]?.[place] ?? -1];
  }

  /** Architectures of a version. */
  archesOf(version: string): readonly string[] {
    return this.arches.get(version) ?? [];
  }

  /** Architectures that both versions have. */
  common(from: string, to: string): string[] {
    const before = this.archesOf(from);
    return this.archesOf(to).filter((arch) => before.includes(arch));
  }

  has(group: FactGroup, version: string, arch: string): boolean {
    const isThere = (item: Item) => this.at(item, version, arch) !== undefined;
    return group.whole ? isThere(group.whole) : group.items.some(isThere);
  }
}

function itemsOf({ whole, items }: FactGroup): readonly Item[] {
  return whole ? [whole, ...items] : items;
}

/** The changes from one version to another on architectures that both have, in the order of the facts. */
export function changesBetween(table: FactTable, from: string, to: string, arches: readonly string[]): GroupChange[] {
  return table.facts.groups.flatMap((group) => groupChanges(table, group, from, to, arches));
}

export function groupChanges(
  table: FactTable,
  group: FactGroup,
  from: string,
  to: string,
  arches: readonly string[],
): GroupChange[] {
  const among: string[] = [];
  const found = arches.flatMap((arch): [Outcome, string][] => {
    const states = itemsOf(group).map((item): State => {
      const [before, after] = [table.at(item, from, arch), table.at(item, to, arch)];
      return { item, ...(before && { from: before }), ...(after && { to: after }) };
    });
    const [before, after] = [states.some((state) => state.from), states.some((state) => state.to)];
    if (!before && !after) return [];
    among.push(arch);
    const differing = states.filter((state) => state.from !== state.to);
    return differing.length > 0
      ? [[{ kind: !before ? "added" : !after ? "removed" : "changed", differing }, arch]]
      : [];
  });
  // An addition may differ between architectures, so its content is compared. Changes in groups that both versions have are merged one by one.
  const identity = ({ kind, differing }: Outcome) =>
    kind === "changed" ? kind : `${kind} ${differing.map((state) => outline(group, state)).join()}`;
  return shared(found, identity).map(({ findings, places }): GroupChange => {
    const [{ kind }] = findings;
    const states = findings.flatMap(({ differing }, i) =>
      differing.map((state) => [state, places[i] as string] as const),
    );
    const changes = shared(states, ({ item, ...values }) =>
      kind === "changed" ? JSON.stringify([item.name, values]) : item.name,
    ).map(({ findings: same, places: own }): FactChange => ({ ...(same.at(-1) as State), arches: own }));
    return { group, kind, arches: places, among, changes: inOrder(group, changes) };
  });
}

/** The change of a group on one architecture. */
interface Outcome {
  readonly kind: FactChangeKind;
  readonly differing: readonly State[];
}

type State = Omit<FactChange, "arches">;

/** Identifies an added or removed item of a group; offsets of fields are ignored. */
function outline(group: FactGroup, { item, from, to }: State): string {
  return group.kind !== "struct" || item === group.whole ? `${item.name} ${(to ?? from)?.text}` : item.name;
}

function inOrder(group: FactGroup, changes: readonly FactChange[]): FactChange[] {
  const position = new Map(itemsOf(group).map((item, i) => [item, i]));
  return [...changes].sort((a, b) => (position.get(a.item) as number) - (position.get(b.item) as number));
}

/** A version compared with its predecessor on some architectures. */
export interface VersionStep {
  /** The version before it, or the last one that had the architecture if it was absent in between. Undefined for a new architecture. */
  readonly from?: string;
  readonly arches: readonly string[];
}

/** The versions to compare a version with; for most architectures, the version before it. */
export function stepsTo(table: FactTable, version: string): VersionStep[] {
  const { versions } = table.facts;
  const earlier = versions.slice(0, versions.indexOf(version));
  const steps = new Map<string | undefined, string[]>();
  for (const arch of table.archesOf(version)) {
    const from = earlier.filter((id) => table.archesOf(id).includes(arch)).at(-1);
    steps.set(from, [...(steps.get(from) ?? []), arch]);
  }
  return [...steps].map(([from, arches]) => ({ ...(from !== undefined && { from }), arches }));
}
