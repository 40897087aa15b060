/**
 * Numbers of shared segments in the dump. CRIU has one row of numbers for segments of System V, whose numbers are the ids by which programs know them, and
 * for anonymous ones, whose numbers are free.
 */
import type { Image } from "../image/image.js";
import { structOf } from "../image/record/struct-fields.js";
import { ipcMembersOf } from "../model/ipc-members.js";
import { ipcNamespacesOf } from "../model/namespaces.js";
import { u32 } from "./unsigned.js";

/** A segment of System V. */
export interface IpcSegment {
  readonly id: number;
  /** Size in bytes. */
  readonly size: bigint;
}

export class SegmentNumbers {
  /** System V segments of the namespace that the dump has, by number of the inode. */
  readonly systemV: ReadonlyMap<number, IpcSegment>;
  /** Numbers of the anonymous segments that are mapped, by number of the inode. */
  readonly anonymous = new Map<number, number>();
  private readonly taken: Set<number>;

  constructor(image: Image) {
    const systemV = new Map<number, IpcSegment>();
    const [namespace] = ipcNamespacesOf(image);
    for (const { record } of namespace ? ipcMembersOf(namespace.rule, "shm_segments", "IPC_SHM") : []) {
      const fields = structOf(image, record);
      const [inode, id] = [fields?.number("objref"), fields?.number("perms.id")];
      if (inode && id !== undefined) systemV.set(inode, { id: u32(id), size: fields?.big("shm_segsz") ?? 0n });
    }
    this.systemV = systemV;
    this.taken = new Set([...systemV.values()].map(({ id }) => id));
  }

  /** Number of an anonymous segment: that of the inode, or the next one that is free. */
  anonymousOf(inode: number): number {
    let number = this.anonymous.get(inode);
    if (number === undefined) {
      for (number = u32(inode); this.taken.has(number); number++);
      this.taken.add(number);
      this.anonymous.set(inode, number);
    }
    return number;
  }
}
