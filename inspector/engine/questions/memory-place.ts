/** Which memory of a process the bytes of an image are. */
import type { Extent, ProcessMemory } from "../../../tools/memory/memory.js";
import { Mapping } from "../../../tools/model/address-space.js";
import type { Opened } from "../opened.js";
import { rowAt } from "../row-at.js";
import { spaces } from "./spaces.js";

export interface MemoryPlace {
  /** Number of the address space. */
  readonly space: number;
  /** A task with that address space. */
  readonly pid: number | undefined;
  readonly address: bigint;
}

/** Ranges of addresses that are looked at. */
const MAX_EXTENTS = 100_000;

/** The address of the byte at an offset; undefined if it is no memory. Of shared memory, the address in one of the processes. */
export function memoryPlace(opened: Opened, { offset }: { readonly offset: number }): MemoryPlace | undefined {
  let count = 0;
  for (const { space, extents } of candidates(opened, offset))
    for (const { start, end, backing } of extents) {
      if (++count > MAX_EXTENTS) return undefined;
      if (backing.kind !== "image") continue;
      const within = offset - backing.offset;
      if (within < 0 || BigInt(within) >= end - start) continue;
      const pid = spaces(opened, null).find(({ objref }) => objref === space)?.tasks[0]?.pid;
      return { space, pid, address: start + BigInt(within) };
    }
  return undefined;
}

interface Candidate {
  /** Number of the address space. */
  readonly space: number;
  readonly extents: Iterable<Extent>;
}

/** The mapping that the record with the byte is part of; for a record of shared memory, all mappings of shared memory. */
function* candidates({ image, memory, tasks }: Opened, offset: number): Generator<Candidate, void, void> {
  const row = rowAt(image.table, offset);
  let mapping: Mapping | undefined;
  for (let node = row < 0 ? undefined : image.node(row); node; node = node.parent) {
    if (node.rule === "mapping") mapping = Mapping.at(image, node);
    if (node.object?.type !== "MM" || !mapping) continue;
    const { objref } = node.object;
    const process = memory.of(objref);
    if (process) yield { space: objref, extents: process.extents(mapping.start, mapping.end) };
    return;
  }
  for (const objref of new Set(tasks.map((task) => task.objref("mm_objref")))) {
    const process = memory.of(objref);
    if (objref !== undefined && process) yield { space: objref, extents: sharedExtents(process) };
  }
}

function* sharedExtents(process: ProcessMemory): Generator<Extent, void, void> {
  for (const stretch of process.stretches) if (stretch.mapping.inodeObjref > 0) yield* process.within(stretch);
}
