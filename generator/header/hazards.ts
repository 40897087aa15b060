/** Members whose width depends on the machine, or is not explicit. */
import type { HeaderMember, HeaderModel, SourcePlace } from "./model.js";

export interface Hazard {
  /** Path of the member: `ckpt_hdr_vma.flags`. */
  readonly path: string;
  readonly message: string;
  readonly place: SourcePlace;
  readonly arches: readonly string[];
}

/** Hazards in the order of their places. The headers are given by architecture. */
export function findHazards(headers: ReadonlyMap<string, HeaderModel>): Hazard[] {
  const found = new Map<string, Hazard & { arches: string[] }>();
  for (const [arch, { structs }] of headers)
    for (const { tag, members } of structs.values())
      for (const [path, message, place] of hazardsIn(members, tag)) {
        const key = `${place.file}:${place.line}:${place.column}`;
        const known = found.get(key);
        if (known) known.arches.push(arch);
        else found.set(key, { path, message, place, arches: [arch] });
      }
  return [...found.values()];
}

function* hazardsIn(
  members: readonly HeaderMember[],
  prefix: string,
): Generator<readonly [path: string, message: string, place: SourcePlace]> {
  for (const { name, type, place } of members) {
    const path = name === null ? prefix : `${prefix}.${name}`;
    if (type.kind === "scalar") {
      if (type.hazard !== undefined) yield [path, type.hazard, place];
    } else if (type.kind !== "reference") yield* hazardsIn(type.members, path);
  }
}
