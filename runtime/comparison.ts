/**
 * How two ABIs are compared, whatever they were read from: the schema of two revisions, two versions, a schema and C headers. Things are
 * paired, what became of each pair is asked, and a change that holds in several places is reported once.
 */

export interface Paired<Old, New = Old> {
  /** In the order of the old ones. */
  readonly both: readonly (readonly [old: Old, now: New])[];
  readonly removed: readonly Old[];
  readonly added: readonly New[];
}

/** By what a thing is recognised on the other side; undefined for a thing that has no such mark. */
export type Mark<Old, New = Old> = (thing: Old | New, side: "old" | "new") => string | undefined;

/**
 * Pairs what has the same mark. Marks are tried one after the other, the surest first: a name, then what is called so, so that a thing
 * that only got another name is not taken for two. Of several things with one mark, the first are paired.
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

/** What became of each thing: the removed ones in the order of the old, then the others in the order of the new. */
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

/** The properties that two states of one thing do not have alike, in the order given; by default all of the later state. */
export function differing<State extends object>(
  before: State,
  after: State,
  properties: readonly (keyof State)[] = Object.keys(after) as (keyof State)[],
): (keyof State)[] {
  return properties.filter((property) => before[property] !== after[property]);
}

/**
 * What was found in several places, each finding once with all of its places, in the order in which they come up first.
 *
 * @param identity equal for findings that are the same
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
