/**
 * Steps 1 to 3 for one architecture: from files to the header model.
 *
 * Every token of a struct is read or refused, so nothing that a compiler sees is lost. Grammars for editors do not do that: they know no typedefs, so
 * they guess, and a wrong guess looks like a right one (`findings/` has a case).
 */
import type { Arch } from "../model.js";
import { isRefusal } from "./broken.js";
import { type Known, readDeclarations } from "./declarations/index.js";
import { directoryOf } from "./machines.js";
import type { HeaderModel } from "./model.js";
import type { FollowInclude } from "./preprocess/includes.js";
import { Preprocessor } from "./preprocess/preprocessor.js";
import type { HeaderSources } from "./sources.js";

/** Macros to define; undefined for a macro to undefine. */
export type Defines = ReadonlyMap<string, string | undefined>;

/**
 * Reads the headers for one architecture.
 *
 * @throws {BrokenHeader} also when the headers do not support the architecture, see {@link isRefusal}
 */
export function readHeaders(
  sources: HeaderSources,
  arch: Arch,
  known: Known,
  defines: Defines = new Map(),
): HeaderModel {
  const directory = directoryOf(arch);
  // The header that selects the architecture does not know those without images, such as 31-bit s390.
  const chosen = arch.unsupported === undefined;
  const follow: FollowInclude = (name, from, quoted) => sources.follow(name, from, quoted, directory, chosen);
  const preprocessor = new Preprocessor(arch, follow, defines);
  const own = (chosen && sources.asmChooses ? sources.asm : undefined) ?? sources.archHeader(directory);
  for (const header of [sources.generic, ...sources.others, own]) if (header) preprocessor.add(header);
  addFlags(preprocessor, sources);
  return readDeclarations(preprocessor.finish(), arch, known);
}

/** Adds the header of flags. It rejects architectures that have no system calls yet; the part before that applies to them too. */
function addFlags(preprocessor: Preprocessor, { flags }: HeaderSources): void {
  try {
    if (flags) preprocessor.add(flags);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}
