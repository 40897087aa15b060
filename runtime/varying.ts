/** Values that differ between versions and architectures, as generated tables hold them. */

/** The versions from which values hold, oldest first; `null` means that there is no value. */
export type History<T> = readonly (readonly [from: string, value: T | null])[];

/** One history for all architectures, or one by architecture or family (`else` for the others). */
export type Varying<T> = History<T> | Readonly<Record<string, History<T>>>;

/** Position of each version id in time. */
export type VersionOrder = ReadonlyMap<string, number>;

/** The value in one version on one architecture; undefined if there is none. */
export function valueAt<T>(
  varying: Varying<T>,
  order: VersionOrder,
  version: string,
  arch: string,
  family: string,
): T | undefined {
  const history = (isHistory(varying) ? varying : (varying[arch] ?? varying[family] ?? varying.else)) ?? [];
  const now = order.get(version) as number;
  let value: T | null = null;
  // Not for...of with a pattern: V8 takes longest to optimize that, and this is called thousands of times before an image is read.
  for (let i = 0; i < history.length; i++) {
    const entry = history[i] as History<T>[number];
    if ((order.get(entry[0]) as number) > now) break;
    value = entry[1];
  }
  return value === null ? undefined : value;
}

export function isHistory<T>(varying: Varying<T>): varying is History<T> {
  return Array.isArray(varying);
}

/** Positions of the first and the last version of each range. */
export type VersionRanges = readonly (readonly [from: number, to: number])[];

/** Reads ranges such as `v16..v19, v21..v21`, as descriptors write them. */
export function parseRanges(ranges: string, order: VersionOrder): VersionRanges {
  const position = (id = "") => order.get(id) ?? Number.NaN;
  return ranges.split(", ").map((range) => {
    const [from, to] = range.split("..");
    return [position(from), position(to)];
  });
}

/** Whether a position in time lies in the ranges. */
export function includesPosition(ranges: VersionRanges, position: number): boolean {
  return ranges.some(([from, to]) => from <= position && position <= to);
}

/** Whether a version lies in ranges given as text; an unknown version lies in none. */
export function inRanges(ranges: string | undefined, order: VersionOrder, version: string): boolean {
  return ranges !== undefined && includesPosition(parseRanges(ranges, order), order.get(version) ?? Number.NaN);
}
