/** The mappings of a process as a core has them. */
import { mappingNames } from "../memory/mapping-name.js";
import type { Stretch } from "../memory/memory.js";
import type { Exclusion } from "./exclusion.js";
import type { CoreProcess } from "./process.js";

export interface CoreMapping extends Stretch {
  /** As `ckpt maps` calls it: the path of its file, `[stack]` and the like; undefined for memory without a name. */
  readonly name: string | undefined;
  /** Undefined for memory without a file. */
  readonly path: string | undefined;
  /** Its contents are not wanted. */
  readonly isExcluded: boolean;
}

/** By address. Names are read once for each file: a process may map one of them many times. */
export function coreMappings({ image, memory }: CoreProcess, exclude: Exclusion | undefined): CoreMapping[] {
  const nameOf = mappingNames(image, memory.space);
  const paths = new Map<number, string | undefined>();
  return memory.stretches.map((stretch) => {
    const { mapping } = stretch;
    const { fileObjref } = mapping;
    if (!paths.has(fileObjref)) paths.set(fileObjref, mapping.path);
    const path = paths.get(fileObjref);
    const name = path ?? nameOf(mapping);
    return { ...stretch, name, path, isExcluded: exclude?.excludes(stretch, name) === true };
  });
}
