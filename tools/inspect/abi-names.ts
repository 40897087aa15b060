/** Many ABIs in few words. */
import { registry } from "../../generated/codecs/index.js";

/**
 * `s390x, x86_32 of v17, v18`: an architecture of which all versions are meant is named alone.
 *
 * @param names as `v19/x86_32`
 */
export function abiNames(names: readonly string[]): string {
  const versions = new Map<string, string[]>();
  for (const name of names) {
    const [version = "", arch = ""] = name.split("/");
    versions.set(arch, [...(versions.get(arch) ?? []), version]);
  }
  const isWhole = (arch: string) => versions.get(arch)?.length === versionsOf(arch);
  // Architectures of which the same versions are meant stand together.
  const groups = new Map<string, string[]>();
  for (const [arch, own] of versions) {
    const key = isWhole(arch) ? "" : own.join(", ");
    groups.set(key, [...(groups.get(key) ?? []), arch]);
  }
  return [...groups]
    .map(([own, arches]) => (own === "" ? arches.join(", ") : `${arches.join(" and ")} of ${own}`))
    .join("; ");
}

function versionsOf(arch: string): number {
  return registry.tables.arches.find(({ id }) => id === arch)?.versions.length ?? 0;
}
