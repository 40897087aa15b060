/** Short text for many ABIs. */
import { registry } from "../../generated/codecs/index.js";

/**
 * ABIs as a short text, e.g. `s390x, x86_32 of v17, v18`. An architecture is named alone if all its versions are meant.
 *
 * @param names as `v19/x86_32`
 */
export function abiNames(names: readonly string[]): string {
  const versions = new Map<string, string[]>();
  for (const name of names) {
    const [version = "", arch = ""] = name.split("/");
    versions.set(arch, [...(versions.get(arch) ?? []), version]);
  }
  const isWhole = (arch: string) => {
    const known = registry.tables.arches.find(({ id }) => id === arch)?.versions;
    return versions.get(arch)?.length === (known?.length ?? 0);
  };
  // Group architectures with the same versions.
  const groups = new Map<string, string[]>();
  for (const [arch, own] of versions) {
    const key = isWhole(arch) ? "" : own.join(", ");
    groups.set(key, [...(groups.get(key) ?? []), arch]);
  }
  return [...groups]
    .map(([own, arches]) => (own === "" ? arches.join(", ") : `${arches.join(" and ")} of ${own}`))
    .join("; ");
}
