/**
 * Step 4, second part: released structs and fields must stay. Compares the layouts with those of the last run (`generated/abi.json`): images of old
 * versions exist, so nothing may disappear from a version that had it.
 *
 * In: model, layouts, and the manifest of the last run. Out: a problem per struct or field that is gone.
 */
import { pairUp } from "../../runtime/comparison.js";
import { inRanges } from "../../runtime/varying.js";
import type { Layouts } from "../layout.js";
import { type Origin, problemAt } from "../load/document.js";
import type { Manifest, ManifestStruct } from "../manifest.js";
import { memberPaths } from "../members.js";
import type { Abi, Model, Struct } from "../model.js";
import type { Problem } from "../problem.js";

export function compareReleased(model: Model, layouts: Layouts, released: Manifest): Problem[] {
  return released.structs.flatMap((old) => {
    const family = model.structs.filter((candidate) => candidate.family === old.family);
    // A renamed struct still lists its old key among its names.
    const struct =
      family.find((candidate) => candidate.key === old.key) ??
      family.find((candidate) => candidate.names.values().includes(old.key));
    return struct ? goneFields(model, layouts, struct, old) : goneStruct(model, old);
  });
}

function goneStruct(model: Model, old: ManifestStruct): Problem[] {
  const neighbour = model.structs.find((struct) => struct.family === old.family) ?? model.structs[0];
  if (!neighbour) return [];
  const versions = old.layouts.flatMap((layout) => Object.values(layout.abis));
  const start: Origin = { document: neighbour.origin.document, path: ["structs"] };
  return [
    problemAt(start, {
      rule: "vanished-struct",
      message: `${old.key} was removed from the schema, but ${versions[0]} had it`,
      suggestion: ADVICE,
    }),
  ];
}

function goneFields(model: Model, layouts: Layouts, struct: Struct, old: ManifestStruct): Problem[] {
  const gone = new Map<string, Abi>();
  const order = new Map(model.versions.map((version) => [version.id, version.index]));
  const compared = new Map<unknown, unknown>();
  let missing: Abi | undefined;
  for (const abi of model.abis) {
    const before = old.layouts.find((layout) => inRanges(layout.abis[abi.arch.id], order, abi.version.id));
    if (!before) continue;
    const now = (layouts.distinct.get(struct) ?? []).find((layout) => layout.abis.includes(abi));
    if (!now) {
      missing ??= abi;
      continue;
    }
    // Neighbouring ABIs often share the old and the new layout: each pair is compared once.
    if (compared.get(before) === now) continue;
    compared.set(before, now);
    const paths = memberPaths(now.layout);
    const { removed } = pairUp(Object.keys(before.members), paths, (path) => path);
    for (const path of removed) if (!gone.has(path)) gone.set(path, abi);
  }
  const problems = [...gone].map(([path, abi]) =>
    problemAt(struct.origin, {
      rule: "vanished-field",
      message: `\`${path}\` was removed from ${struct.key} in ${abi.name}, which had it`,
      suggestion: ADVICE,
    }),
  );
  if (missing)
    problems.push(
      problemAt(struct.origin, {
        rule: "vanished-struct",
        message: `${struct.key} was removed from ${missing.name}, which had it`,
        suggestion: ADVICE,
      }),
    );
  return problems;
}

const ADVICE = "keep it and limit it with `until`, or run with --amend when the description was wrong";
