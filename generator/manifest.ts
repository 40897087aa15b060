/** The form of `generated/abi.json`, the record of what was released. `emit/manifest` writes it, `check/released` reads it. */
export const MANIFEST = "generated/abi.json";

export interface Manifest {
  readonly note: string;
  /** Ids of the versions, oldest first. */
  readonly versions: readonly string[];
  readonly structs: readonly ManifestStruct[];
}

export interface ManifestStruct {
  readonly key: string;
  readonly family?: string;
  readonly layouts: readonly {
    /** Version ranges by architecture. */
    readonly abis: Readonly<Record<string, string>>;
    readonly size: number;
    /** Offsets in bytes by path of C names. */
    readonly members: Readonly<Record<string, number>>;
  }[];
}
