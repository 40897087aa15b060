/**
 * Comparison of two ABIs, independent of their source: the schema at two revisions, two versions, or the schema and C headers. Items are paired, each
 * pair is compared, and a change that holds in several places is reported once.
 */

export interface Paired<Old, New = Old> {
  /** In the order of the old items. */
  readonly both: readonly (readonly [old: Old, now: New])[];
  readonly removed: readonly Old[];
  readonly added: readonly New[];
}

/** Returns what identifies an item on the other side, e.g. its name; undefined for an item without such a mark. */
export type Mark<Old, New = Old> = (thing: Old | New, side: "old" | "new") => string | undefined;

/**
 * Pairs items that have the same mark. Marks are tried in order, the most reliable first (e.g. the current name, then former names), so that a
 * renamed item is not taken for one removed and one added. Items that share a mark are paired in their order.
 */
export function pairUp<Old, New = Old>(
  before: readonly Old[],
  after: readonly New[],
  ...marks: readonly Mark<Old, New>[]
): Paired<Old, New> {
  const partners = new Map<Old, New>();
  const taken = new Set<New>();
  for (const mark of marks) {
    const waiting = new Map<string, New[]>();
    for (const thing of after) {
      const text = taken.has(thing) ? undefined : mark(thing, "new");
      if (text !== undefined) waiting.set(text, [...(waiting.get(text) ?? []), thing]);
    }
    if (waiting.size === 0) continue;
    for (const thing of before) {
      const text = partners.has(thing) ? undefined : mark(thing, "old");
      const found = text === undefined ? undefined : waiting.get(text)?.shift();
      if (found === undefined) continue;
      partners.set(thing, found);
      taken.add(found);
    }
  }
  return {
    both: before.flatMap((thing) => (partners.has(thing) ? [[thing, partners.get(thing) as New] as const] : [])),
    removed: before.filter((thing) => !partners.has(thing)),
    added: after.filter((thing) => !taken.has(thing)),
  };
}

/** All items of both sides with their counterparts: removed items in the order of `before`, then the others in the order of `after`. */
export function changesOf<Old, New = Old>(
  before: readonly Old[],
  after: readonly New[],
  ...marks: readonly Mark<Old, New>[]
): { readonly old?: Old; readonly now?: New }[] {
  const { both, removed } = pairUp(before, after, ...marks);
  const past = new Map(both.map(([old, now]) => [now, old]));
  return [
    ...removed.map((old) => ({ old })),
    ...after.map((now) => ({ ...(past.has(now) && { old: past.get(now) as Old }), now })),
  ];
}

/** Names of the properties in which two states of an item differ, in the order of `properties`; by default all properties of `after`. */
export function differing<State extends object>(
  before: State,
  after: State,
  properties: readonly (keyof State)[] = Object.keys(after) as (keyof State)[],
): (keyof State)[] {
  return properties.filter((property) => before[property] !== after[property]);
}

/**
 * Groups findings that are the same, each group with all its places, in the order of first occurrence.
 *
 * @param identity returns equal keys for findings that are the same
 */
export function shared<Finding, Place>(
  found: Iterable<readonly [finding: Finding, ...places: Place[]]>,
  identity: (finding: Finding) => string,
): { readonly findings: [Finding, ...Finding[]]; readonly places: readonly Place[] }[] {
  const known = new Map<string, { findings: [Finding, ...Finding[]]; places: Place[] }>();
  for (const [finding, ...places] of found) {
    const key = identity(finding);
    const same = known.get(key);
    if (!same) known.set(key, { findings: [finding], places });
    else {
      same.findings.push(finding);
      same.places.push(...places);
    }
  }
  return [...known.values()];
}
