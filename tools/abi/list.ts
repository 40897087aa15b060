/** All versions and architectures of the ABI, as a list for people and programs. */
import type { Registry } from "../../runtime/index.js";
import { type Revision, revisionOfVersion } from "./revision.js";

export interface ListedVersion extends Revision {
  readonly version: string;
  /** Author date of the header. */
  readonly date: string;
  /** Whether the revision was posted under this name. */
  readonly posted: boolean;
  readonly summary: string;
  /** Evidence for the id of the revision. */
  readonly evidence: string;
  /** Commit in user-cr. */
  readonly commit?: string;
  readonly arches: readonly ListedArch[];
}

export interface ListedArch {
  readonly arch: string;
  readonly bits: 32 | 64;
  readonly endian: "little" | "big";
  /** Number of structs of the ABI, including those from outside the checkpoint headers. */
  readonly structs: number;
  /** Why images of this version and architecture cannot exist although the headers compile; null if they can. */
  readonly unsupported: string | null;
}

/** Versions, oldest first, each with its architectures. */
export function listVersions(registry: Registry): ListedVersion[] {
  return registry.tables.versions.map(({ id, date, posted, summary, evidence, commit }) => ({
    version: id,
    date,
    posted,
    ...revisionOfVersion(registry, id),
    summary,
    evidence,
    ...(commit !== undefined && { commit }),
    arches: registry.arches(id).map((arch) => {
      const { target, structs } = registry.abi(id, arch);
      return {
        arch,
        bits: target.bits,
        endian: target.littleEndian ? "little" : "big",
        structs: structs.length,
        unsupported: target.unsupported ?? null,
      };
    }),
  }));
}
