/** The mappings of a process for a core. */
import { mappingNames } from "../memory/mapping-name.js";
import type { Stretch } from "../memory/stretches.js";
import type { Mapping } from "../model/address-space.js";
import type { Exclusion } from "./exclusion.js";
import type { CoreProcess } from "./process.js";

export interface CoreMapping {
  /** First address. */
  readonly start: bigint;
  /** First address after the mapping. */
  readonly end: bigint;
  readonly mapping: Mapping;
  /** Name as in `ckpt maps`: the path of its file, `[stack]` and the like; undefined for memory without a name. */
  readonly name: string | undefined;
  /** Path of the mapped file; undefined for memory without a file. */
  readonly path: string | undefined;
  /** Whether its contents are excluded. */
  readonly isExcluded: boolean;
  /** Whether changes of it may have been removed from the image, so that its file does not tell what it contained. */
  readonly hasLostChanges: boolean;
}

/** Mappings in the order of their addresses. Each is read on demand, because a process may have hundreds of thousands. */
export class CoreMappings implements Iterable<CoreMapping> {
  private readonly nameOf: (mapping: Mapping) => string | undefined;
  /** Paths by object number of the file, because a process may map one file many times. */
  private readonly paths = new Map<number, string | undefined>();

  constructor(
    private readonly process: CoreProcess,
    private readonly exclude: Exclusion | undefined,
  ) {
    this.nameOf = mappingNames(process.image, process.memory.space);
  }

  get length(): number {
    return this.process.memory.stretches.length;
  }

  *[Symbol.iterator](): Generator<CoreMapping, void, void> {
    for (const stretch of this.process.memory.stretches) yield this.make(stretch);
  }

  private make(stretch: Stretch): CoreMapping {
    const { start, end, mapping } = stretch;
    const path = this.pathOf(mapping);
    const name = path ?? this.nameOf(mapping);
    const isExcluded = this.exclude?.excludes(stretch, name) === true;
    return { start, end, mapping, name, path, isExcluded, hasLostChanges: this.process.memory.hasLostChanges(mapping) };
  }

  private pathOf(mapping: Mapping): string | undefined {
    const { fileObjref } = mapping;
    if (!this.paths.has(fileObjref)) this.paths.set(fileObjref, mapping.path);
    return this.paths.get(fileObjref);
  }
}
