/**
 * What changed between two versions, computed from facts of all ABIs. The script of the pages compares any two versions, so this is part of
 * it, and depends on nothing but the merging of changes.
 */
import { shared } from "../../../runtime/comparison.js";

/** Everything that can change, in a form that is small as JSON. */
export interface Facts {
  /** Version ids, oldest first. */
  readonly versions: readonly string[];
  /** Architectures with the versions that have them. */
  readonly arches: readonly { readonly id: string; readonly versions: readonly string[] }[];
  /** The patterns that items refer to; most items share theirs with others. */
  readonly patterns: readonly Pattern[];
  readonly groups: readonly Group[];
}

/**
 * Which value of an item holds in which ABI: `[value, times, value, times, …]` with the number of the value, or -1 for none, for the first
 * architecture in all versions, then for the second one, and so on.
 */
export type Pattern = readonly number[];

export type GroupKind = "struct" | "record" | "object" | "enum" | "constants" | "rule" | "body";

/** Facts that stand together: those of a struct, of an enumeration, the numbers of all records. */
export interface Group {
  readonly kind: GroupKind;
  readonly name: string;
  /** Page of the reference that has it. */
  readonly page: string;
  /** The group itself, where that is more than its items: the size and the name of a struct. */
  readonly whole?: Item;
  readonly items: readonly Item[];
}

export interface Item {
  /** Newest name: the path of a field, a record, an enumerator, … */
  readonly name: string;
  readonly pattern: number;
  readonly values: readonly Value[];
}

export interface Value {
  /** What is there: a type, a size, a number. */
  readonly text: string;
  /** Offset of a field. */
  readonly at?: number;
  /** Alignment of a struct. */
  readonly align?: number;
  /** Name, where it is another than the newest one. */
  readonly name?: string;
  /** What a field means, where that is not the same in all versions. */
  readonly means?: string;
}

export type ChangeKind = "added" | "removed" | "changed";

/** What became of a group. */
export interface GroupChange {
  readonly group: Group;
  readonly kind: ChangeKind;
  /** Architectures that it holds for. */
  readonly arches: readonly string[];
  /** Those of the compared architectures on which one of the versions has the group. */
  readonly among: readonly string[];
  /** In the order of the group; that of the group itself is the first. */
  readonly changes: readonly Change[];
}

/** What became of an item: without `from` it is new, without `to` it is gone. */
export interface Change {
  readonly item: Item;
  readonly from?: Value;
  readonly to?: Value;
  readonly arches: readonly string[];
}

/** Looks facts up. */
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

  at(item: Item, version: string, arch: string): Value | undefined {
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

  has(group: Group, version: string, arch: string): boolean {
    const isThere = (item: Item) => this.at(item, version, arch) !== undefined;
    return group.whole ? isThere(group.whole) : group.items.some(isThere);
  }
}

function itemsOf({ whole, items }: Group): readonly Item[] {
  return whole ? [whole, ...items] : items;
}

/** The changes from one version to another on some architectures, which both have, in the order of the facts. */
export function changesBetween(table: FactTable, from: string, to: string, arches: readonly string[]): GroupChange[] {
  return table.facts.groups.flatMap((group) => groupChanges(table, group, from, to, arches));
}

export function groupChanges(
  table: FactTable,
  group: Group,
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
  // What is added may not be the same on all architectures; changes in what stays are merged one by one.
  const identity = ({ kind, differing }: Outcome) =>
    kind === "changed" ? kind : `${kind} ${differing.map((state) => outline(group, state)).join()}`;
  return shared(found, identity).map(({ findings, places }): GroupChange => {
    const [{ kind }] = findings;
    const states = findings.flatMap(({ differing }, i) =>
      differing.map((state) => [state, places[i] as string] as const),
    );
    const changes = shared(states, ({ item, ...values }) =>
      kind === "changed" ? JSON.stringify([item.name, values]) : item.name,
    ).map(({ findings: same, places: own }): Change => ({ ...(same.at(-1) as State), arches: own }));
    return { group, kind, arches: places, among, changes: inOrder(group, changes) };
  });
}

/** What became of a group on one architecture. */
interface Outcome {
  readonly kind: ChangeKind;
  readonly differing: readonly State[];
}

type State = Omit<Change, "arches">;

/** What identifies an item of a group that was added or removed; the offsets of fields do not count. */
function outline(group: Group, { item, from, to }: State): string {
  return group.kind !== "struct" || item === group.whole ? `${item.name} ${(to ?? from)?.text}` : item.name;
}

function inOrder(group: Group, changes: readonly Change[]): Change[] {
  const position = new Map(itemsOf(group).map((item, i) => [item, i]));
  return [...changes].sort((a, b) => (position.get(a.item) as number) - (position.get(b.item) as number));
}

/** A version seen from what it followed. */
export interface Step {
  /** The version before it; of an architecture that was away in between, the last that had it. Nothing for a new architecture. */
  readonly from?: string;
  readonly arches: readonly string[];
}

/** What a version is to be compared with: the version before it, for most architectures. */
export function stepsTo(table: FactTable, version: string): Step[] {
  const { versions } = table.facts;
  const earlier = versions.slice(0, versions.indexOf(version));
  const steps = new Map<string | undefined, string[]>();
  for (const arch of table.archesOf(version)) {
    const from = earlier.filter((id) => table.archesOf(id).includes(arch)).at(-1);
    steps.set(from, [...(steps.get(from) ?? []), arch]);
  }
  return [...steps].map(([from, arches]) => ({ ...(from !== undefined && { from }), arches }));
}
