/** What descriptors say about versions: notes, lifetimes, ranges. */
import type { StructDescriptor } from "../../runtime/index.js";

/** A note about a version, and the version since which it holds. */
export interface VersionNote {
  readonly since: string;
  readonly text: string;
}

/** The note that holds in a version: the newest one that is not newer than the version. */
export function noteIn(
  notes: Readonly<Record<string, string>> | undefined,
  versions: readonly string[],
  version: string,
): VersionNote | undefined {
  return versions
    .slice(0, versions.indexOf(version) + 1)
    .flatMap((since) => {
      const text = notes?.[since];
      return text === undefined ? [] : [{ since, text }];
    })
    .at(-1);
}

/** The lifetime of a struct on any architecture: its first version, and the first that no longer has it. */
export function life(descriptor: StructDescriptor, versions: readonly string[]): { since: string; until?: string } {
  const ends = descriptor.layouts
    .flatMap((layout) => Object.values(layout.abis))
    .flatMap((ranges) => ranges.split(", "))
    .flatMap((range) => range.split(".."))
    .map((id) => versions.indexOf(id));
  const until = versions[Math.max(...ends) + 1];
  return { since: versions[Math.min(...ends)] as string, ...(until !== undefined && { until }) };
}

/** Version ranges in short form: `v16..v19, v21` for `v16..v19, v21..v21`. */
export function rangeText(ranges: string): string {
  return ranges
    .split(", ")
    .map((range) => {
      const [from, to] = range.split("..");
      return from === to ? from : range;
    })
    .join(", ");
}
