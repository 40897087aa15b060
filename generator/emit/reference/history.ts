/** The changes of one struct from version to version. */
import type { Struct } from "../../model.js";
import { structPage, versionPage } from "./addresses.js";
import { changeLines } from "./changelog.js";
import { type FactGroup, type FactTable, groupChanges, stepsTo } from "./changes.js";
import { type Block, type Content, joined, link, paragraph, strong } from "./content.js";
import { factTable } from "./facts.js";
import type { Site } from "./site.js";
import { enumerated } from "./spans.js";

/** A list of the versions that changed the struct. An added or removed architecture is mentioned only if the struct was added or removed with it. */
export function structHistory(site: Site, struct: Struct): Block[] {
  const table = factTable(site);
  const page = structPage(struct);
  const group = table.facts.groups.find((one) => one.page === page);
  if (!group) return [];
  const items = table.facts.versions.flatMap((version): Content[] => {
    const events = eventsIn(table, group, version);
    if (events.length === 0) return [];
    return [[strong(link({ page: versionPage(version) }, version)), ": ", ...joined(events, " ")]];
  });
  const [only] = items;
  return only && items.length === 1
    ? [paragraph(...only, " It is the same in all versions that have it.")]
    : [{ kind: "list", items }];
}

function eventsIn(table: FactTable, group: FactGroup, version: string): Content[] {
  const earlier = table.facts.versions.slice(0, table.facts.versions.indexOf(version));
  const previous = earlier.at(-1);
  const has = (id: string | undefined) =>
    id !== undefined && table.archesOf(id).some((arch) => table.has(group, id, arch));
  if (!has(version)) {
    const gone =
      previous === undefined ? [] : table.archesOf(previous).filter((arch) => table.has(group, previous, arch));
    if (gone.length === 0) return [];
    const withArches = gone.every((arch) => !table.archesOf(version).includes(arch));
    return [[withArches ? `Removed together with ${enumerated(gone)}.` : "Removed."]];
  }
  if (!earlier.some(has)) return [["First described."]];
  const events = stepsTo(table, version).flatMap(({ from, arches }): Content[] => {
    // When an architecture returns, changes made to the struct meanwhile were already reported for the other architectures.
    if (from === undefined || (from !== previous && has(previous))) return [];
    const changes = groupChanges(table, group, from, version, arches).flatMap((change): Content[] => {
      const { kind, arches: own, among } = change;
      if (kind === "changed") return changeLines(change, { from, to: version });
      return [
        [`${kind === "added" ? "Added" : "Removed"}${own.length < among.length ? ` on ${enumerated(own)}` : ""}.`],
      ];
    });
    if (changes.length === 0 || from === previous) return changes;
    return [[`On ${enumerated(arches)}, since ${from}: `, ...joined(changes, " ")]];
  });
  return events.length === 0 && !has(previous) ? [["There again, unchanged."]] : events;
}
