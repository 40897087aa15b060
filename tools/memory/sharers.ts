/** Other tasks that see the memory at an address of a task: its threads, and processes that map the same segment. */
import type { Mapping } from "../model/address-space.js";
import type { Task } from "../model/tasks.js";
import type { Extent, ImageMemory } from "./memory.js";

export interface Sharer {
  readonly pid: number;
  /** Address of the memory in that task. */
  readonly address: bigint;
}

/**
 * Other tasks that see the first byte of an extent.
 *
 * @param all tasks of the image
 */
export function sharersOf(memory: ImageMemory, all: readonly Task[], task: Task, extent: Extent): Sharer[] {
  const { mapping, start } = extent;
  const own = task.objref("mm_objref");
  const segment = mapping && mapping.fileObjref === 0 ? mapping.inodeObjref : 0;
  const position = mapping === undefined ? 0n : positionOf(memory, mapping, start);
  const seen = new Map<number, readonly bigint[]>();
  return all.flatMap((other) => {
    const objref = other.objref("mm_objref");
    if (objref === undefined || other === task) return [];
    if (objref === own) return [{ pid: other.pid, address: start }];
    if (segment === 0) return [];
    let addresses = seen.get(objref);
    if (!addresses) {
      addresses = addressesIn(memory, objref, segment, position);
      seen.set(objref, addresses);
    }
    return addresses.map((address) => ({ pid: other.pid, address }));
  });
}

/** Addresses of a byte of a segment in an address space. */
function addressesIn(memory: ImageMemory, objref: number, segment: number, position: bigint): bigint[] {
  const addresses: bigint[] = [];
  for (const mapping of memory.of(objref)?.mappings ?? []) {
    if (mapping.inodeObjref !== segment || mapping.fileObjref !== 0) continue;
    const address = mapping.start + position - positionOf(memory, mapping, mapping.start);
    if (address >= mapping.start && address < mapping.end) addresses.push(address);
  }
  return addresses;
}

/** Offset of an address in the segment, in bytes. */
function positionOf({ image }: ImageMemory, { start, pgoff }: Mapping, address: bigint): bigint {
  return address - start + pgoff * BigInt(image.format.pageSize);
}
