/** Steps 1 to 3 for one architecture: files to the header model. */
import type { Arch } from "../model.js";
import { isRefusal } from "./broken.js";
import { type FollowInclude, Preprocessor } from "./conditionals.js";
import { type Known, readDeclarations } from "./declarations/index.js";
import { directoryOf } from "./machines.js";
import type { HeaderModel } from "./model.js";
import type { HeaderSources } from "./sources.js";

/** Macros to define, or with undefined, not to. */
export type Defines = ReadonlyMap<string, string | undefined>;

/** @throws {BrokenHeader} also when the headers are not meant for the architecture, see {@link isRefusal} */
export function readHeaders(
  sources: HeaderSources,
  arch: Arch,
  known: Known,
  defines: Defines = new Map(),
): HeaderModel {
  const directory = directoryOf(arch);
  // The header that chooses knows nothing of architectures that never had images, such as 31-bit s390.
  const chosen = arch.unsupported === undefined;
  const follow: FollowInclude = (name, from, quoted) => sources.follow(name, from, quoted, directory, chosen);
  const preprocessor = new Preprocessor(arch, follow, defines);
  const own = (chosen && sources.asmChooses ? sources.asm : undefined) ?? sources.archHeader(directory);
  for (const header of [sources.generic, ...sources.others, own]) if (header) preprocessor.add(header);
  addFlags(preprocessor, sources);
  return readDeclarations(preprocessor.finish(), arch, known);
}

/** The header of flags refuses architectures that have no system calls yet; what stands before that holds for them too. */
function addFlags(preprocessor: Preprocessor, { flags }: HeaderSources): void {
  try {
    if (flags) preprocessor.add(flags);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}
