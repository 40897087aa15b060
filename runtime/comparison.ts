/** Which of the old things is which of the new. */
export interface Paired<T> {
  /** In the order of the old ones. */
  readonly both: readonly (readonly [before: T, after: T])[];
  readonly removed: readonly T[];
  readonly added: readonly T[];
}

/**
 * Pairs what has the same mark. Marks are tried one after the other, the surest first: a name, then what lies behind it, so that a thing
 * that only got another name is not taken for two. A thing without a mark (undefined) waits for the next.
 */
export function pairUp<T>(
  before: readonly T[],
  after: readonly T[],
  ...marks: readonly ((thing: T) => string | undefined)[]
): Paired<T> {
  const partner = new Map<T, T>();
  const taken = new Set<T>();
  for (const mark of marks) {
    const waiting = new Map<string, T[]>();
    for (const thing of after) {
      const text = taken.has(thing) ? undefined : mark(thing);
      if (text !== undefined) waiting.set(text, [...(waiting.get(text) ?? []), thing]);
    }
    for (const thing of before) {
      const text = partner.has(thing) ? undefined : mark(thing);
      const found = text === undefined ? undefined : waiting.get(text)?.shift();
      if (!found) continue;
      partner.set(thing, found);
      taken.add(found);
    }
  }
  return {
    both: before.flatMap((thing) => {
      const found = partner.get(thing);
      return found ? [[thing, found] as const] : [];
    }),
    removed: before.filter((thing) => !partner.has(thing)),
    added: after.filter((thing) => !taken.has(thing)),
  };
}
