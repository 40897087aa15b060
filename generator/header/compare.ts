/**
 * Step 4 of reading headers: compares headers with the schema. Every architecture is read and compared, and a difference that is equal on several is reported once.
 *
 * In: headers, the schema, a version. Out: differences, hazards, notes, and errors.
 */
import { shared } from "../../runtime/comparison.js";
import type { Abi, Arch, Version } from "../model.js";
import type { Problem } from "../problem.js";
import { isRefusal } from "./broken.js";
import { compareHeaderNumbers } from "./compare-numbers.js";
import { compareHeaderStructs, pathOf } from "./compare-structs.js";
import { type Description, describe, type HeaderPart, knownTo } from "./described.js";
import type { HeaderDifference, SharedDifference } from "./difference.js";
import { findHazards, type Hazard } from "./hazards.js";
import { directoryOf } from "./machines.js";
import type { HeaderModel } from "./model.js";
import { type Defines, readHeaders } from "./read.js";
import type { HeaderSources } from "./sources.js";

export interface HeaderComparison {
  readonly version: Version;
  /** ABIs that were compared. */
  readonly abis: readonly Abi[];
  readonly headers: ReadonlyMap<string, HeaderModel>;
  readonly differences: readonly SharedDifference[];
  readonly hazards: readonly Hazard[];
  /** Notes on parts that were not compared, with the reason. */
  readonly notes: readonly string[];
  /** Architectures of the version whose headers end in an `#error`. */
  readonly refused: readonly Refusal[];
  /** Number of structs, enumerators and defines in the headers that were compared, over all architectures. */
  readonly compared: number;
}

export interface Refusal {
  readonly arch: Arch;
  readonly problem: Problem;
}

export interface Request {
  readonly version: Version;
  /** Architectures to compare; by default all that the version has. */
  readonly arches?: readonly Arch[];
  readonly defines?: Defines;
  /** Whether to report likely renames as such, rather than as a removal and an addition. */
  readonly renames?: boolean;
}

/**
 * Compares headers with a version of the schema.
 *
 * @throws {BrokenHeader} when the headers cannot be read
 */
export function compareHeaders(sources: HeaderSources, description: Description, request: Request): HeaderComparison {
  const { model } = description;
  const { version, arches } = request;
  const each = (arches ?? model.arches).map((arch) => compareArch(sources, description, arch, request));
  const found = each.flatMap(({ found }) => found ?? []);
  const headers = new Map(each.flatMap(({ arch, header }) => (header ? [[arch.id, header] as const] : [])));
  const unknown = arches
    ? []
    : [...sources.byDirectory.keys()].filter((id) => !model.arches.some((arch) => directoryOf(arch) === id));
  const general: HeaderDifference[] = [
    ...each.flatMap(({ change }) => change ?? []),
    ...unknown.map((id) => ({ kind: "architecture-added", id }) as const),
  ];
  const onSeveral = shared(
    found.flatMap(({ abi, differences }) => differences.map((difference) => [difference, abi] as const)),
    keyOf,
  ).map(({ findings: [difference, ...others], places }) => ({ difference, abis: places, others }));
  return {
    version,
    abis: found.map(({ abi }) => abi),
    headers,
    differences: [...general.map((difference) => ({ difference, abis: [], others: [] })), ...onSeveral],
    hazards: findHazards(headers),
    notes: [...each.flatMap(({ note }) => note ?? []), ...notesOnMissing(sources)],
    refused: each.flatMap(({ refusal }) => refusal ?? []),
    compared: found.reduce((sum, { abi }) => sum + sizeOf(headers.get(abi.arch.id)), 0),
  };
}

/** What the comparison of one architecture finds. */
interface ArchComparison {
  readonly arch: Arch;
  /** The architecture itself was added or removed. */
  readonly change?: HeaderDifference | undefined;
  readonly note?: string | undefined;
  readonly refusal?: Refusal | undefined;
  /** Its headers, if they could be read. */
  readonly header?: HeaderModel;
  /** Differences, if the version has the architecture. */
  readonly found?: { readonly abi: Abi; readonly differences: readonly HeaderDifference[] };
}

/** @throws {BrokenHeader} when the headers cannot be read */
function compareArch(
  sources: HeaderSources,
  description: Description,
  arch: Arch,
  { version, arches, defines, renames = true }: Request,
): ArchComparison {
  const abi = { version, arch, name: `${version.id}/${arch.id}` };
  const isDescribed = arch.versions.includes(version);
  const isSupported = arch.unsupported === undefined;
  const hasHeader = sources.archHeader(directoryOf(arch)) !== undefined;
  if (!hasHeader && !isDescribed) return { arch };
  if (!hasHeader && sources.isTree && sources.hasArchitectures)
    return { arch, change: arches || isSupported ? { kind: "architecture-removed", arch } : undefined };
  // The schema does not describe this version on the architecture, so the headers are compared with its latest description.
  const described = describe(description, isDescribed ? abi : (latest(description.model.abis, arch, version) ?? abi));
  let header: HeaderModel;
  try {
    header = readHeaders(sources, arch, knownTo(described), defines);
  } catch (error) {
    if (!isRefusal(error) || arches) throw error;
    const { problem } = error;
    const refusal = isDescribed ? { arch, problem } : undefined;
    if (refusal && isSupported)
      return { arch, refusal, change: { kind: "architecture-removed", arch, refusal: problem } };
    return { arch, refusal, note: `${arch.id} was not compared: ${problem.file}:${problem.line}: ${problem.message}` };
  }
  if (!isDescribed)
    return { arch, header, change: isSupported ? { kind: "architecture-added", id: arch.id, arch } : undefined };
  const read = new Set(partsRead(sources, header));
  const wasRead = (part: HeaderPart) => read.has(part);
  const partOf = partIn(sources);
  const differences = [
    ...compareHeaderStructs(described, header, wasRead, partOf, renames),
    ...compareHeaderNumbers(described, header, wasRead, partOf),
  ];
  return { arch, header, found: { abi, differences } };
}

/** Notes on headers that are missing, so that their parts were not compared. */
function notesOnMissing(sources: HeaderSources): string[] {
  const hasNoOthers = sources.others.length === 0;
  return [
    ...(!sources.generic && hasNoOthers ? ["linux/checkpoint_hdr.h was not compared: it is missing"] : []),
    ...(!sources.flags ? ["linux/checkpoint.h was not compared: it is missing"] : []),
    ...(!sources.hasArchitectures && hasNoOthers ? ["no architecture header was compared: there is none"] : []),
  ];
}

function sizeOf(header: HeaderModel | undefined): number {
  return header ? header.structs.size + header.numbers.size : 0;
}

function latest(abis: readonly Abi[], arch: Arch, version: Version): Abi | undefined {
  return abis.filter((abi) => abi.arch === arch && abi.version.index <= version.index).at(-1);
}

function* partsRead(sources: HeaderSources, { files }: HeaderModel): Generator<HeaderPart> {
  if (sources.generic && files.has(sources.generic.file)) yield "structs";
  if (sources.flags && files.has(sources.flags.file)) yield "flags";
  const ofArch = [...sources.byDirectory.values(), ...(sources.asm && !sources.asmChooses ? [sources.asm] : [])];
  if (ofArch.some(({ file }) => files.has(file))) yield "architecture";
}

function partIn(sources: HeaderSources): (file: string) => HeaderPart {
  const arch = new Set(
    [...sources.byDirectory.values(), ...(sources.asm ? [sources.asm] : [])].map(({ file }) => file),
  );
  return (file) => (arch.has(file) ? "architecture" : file === sources.flags?.file ? "flags" : "structs");
}

function keyOf(difference: HeaderDifference): string {
  const { kind } = difference;
  // Structs with the same name in different families are different structs.
  const family = (struct: { family?: string }) => struct.family ?? "";
  switch (difference.kind) {
    case "struct-added":
      return [kind, difference.header.tag, difference.header.place.file, difference.header.place.line].join("\0");
    case "struct-removed":
    case "struct-renamed":
      return [kind, difference.described.tag, family(difference.described.struct)].join("\0");
    case "number-added":
      return [kind, difference.header.name, difference.header.value].join("\0");
    case "number-removed":
      return [kind, difference.described.name, difference.described.value].join("\0");
    case "number-changed":
      return [kind, difference.described.name, difference.described.value, difference.header.value].join("\0");
    case "architecture-added":
    case "architecture-removed":
      return [kind, difference.arch?.id].join("\0");
    default: {
      const { at } = difference;
      const place = [kind, pathOf(at), family(at.struct)];
      if (difference.kind === "field-added") {
        const { name, type } = difference.member;
        return [...place, name, type.kind === "scalar" ? type.scalar : type.kind, difference.member.place.line].join(
          "\0",
        );
      }
      if (difference.kind === "type-changed")
        return [...place, difference.name, difference.was, difference.now].join("\0");
      if (difference.kind === "field-removed" || difference.kind === "field-renamed")
        return [...place, difference.name].join("\0");
      if (difference.kind === "order-changed") return [...place, ...difference.now].join("\0");
      if (difference.kind === "alignment-changed")
        return [...place, difference.field?.key, difference.ofType, difference.was, difference.now].join("\0");
      return [...place, difference.was.size, difference.now.size].join("\0");
    }
  }
}
