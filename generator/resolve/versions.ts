/** Versions, architectures and families of `abi.yaml`. */
import { within } from "../load/document.js";
import type { Abi, Arch, Family, Version } from "../model.js";
import type { Context, Raw } from "./context.js";

export function readVersions(context: Context): Version[] {
  return context
    .sections("versions")
    .flatMap((section) => section.entries)
    .map(([id, raw], index) => ({
      id,
      index,
      date: raw.date,
      posted: raw.posted ?? false,
      evidence: raw.evidence,
      ...(raw.commit && { commit: raw.commit }),
      summary: raw.summary,
      ...(raw.confidence && { confidence: raw.confidence }),
    }));
}

/** Versions that the schema mentions outside of their list, as keys or values. */
export function mentionedVersions({ documents, versions, order }: Context): Set<Version> {
  const ids = new Set<string>();
  const visit = (data: unknown): void => {
    if (typeof data === "string") {
      if (order.has(data)) ids.add(data);
    } else if (typeof data === "object" && data !== null) {
      for (const [key, value] of Object.entries(data)) {
        visit(key);
        visit(value);
      }
    }
  };
  for (const { data } of documents)
    for (const [section, content] of Object.entries(data as Raw)) if (section !== "versions") visit(content);
  return new Set(versions.filter(({ id }) => ids.has(id)));
}

export function readArches(context: Context): Arch[] {
  return context
    .sections("arches")
    .flatMap((section) => section.entries)
    .map(([id, raw, origin]) => {
      const bounds = (raw.versions as string[]).map((version, index) =>
        context.version(version, within(origin, "versions", index)),
      );
      if (bounds.length % 2 !== 0)
        context.complain(within(origin, "versions"), {
          rule: "bad-value",
          message: "`versions` holds pairs of the first and the last version, this one has an odd number",
        });
      const versions: Version[] = [];
      for (let i = 0; i + 1 < bounds.length; i += 2) {
        const [first, last] = [bounds[i], bounds[i + 1]];
        if (first && last) versions.push(...context.versions.slice(first.index, last.index + 1));
      }
      return {
        id,
        family: raw.family,
        bits: raw.bits,
        endian: raw.endian,
        align64: raw.align64,
        versions,
        ...(raw.id && { idName: raw.id }),
        machines: raw.machines ?? [],
        pageSizes: raw.page_sizes,
        ...(raw.unsupported && { unsupported: raw.unsupported }),
        doc: raw.doc,
        origin,
      };
    });
}

export function readFamilies(context: Context): Map<string, Family> {
  return new Map(
    context
      .sections("families")
      .flatMap((section) => section.entries)
      .map(([id, raw]) => [id, { id, doc: raw.doc, absent: new Map(Object.entries(raw.absent ?? {})) }]),
  );
}

/** All existing combinations: versions in chronological order, each with its architectures in the order of the file. */
export function combine(versions: readonly Version[], arches: readonly Arch[]): Abi[] {
  return versions.flatMap((version) =>
    arches
      .filter((arch) => arch.versions.includes(version))
      .map((arch) => ({ version, arch, name: `${version.id}/${arch.id}` })),
  );
}
