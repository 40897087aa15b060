/** ipcns-shm-ID.img: shared memory segments of System V. Their pages are in files of the number of the segment, like those of anonymous segments. */
import { ipc_shm_entrySchema } from "../../../generated/criu/ipc-shm_pb.js";
import { structOf } from "../../image/record/struct-fields.js";
import type { IpcMember } from "../../model/ipc-members.js";
import { segmentPages } from "../memory/pages.js";
import type { Passage } from "../passage.js";
import { u32 } from "../unsigned.js";
import { descriptionOf } from "./permissions.js";

/** In `mlock_uid`: no user has locked the segment in memory. */
const NOBODY = 0xffff_ffff;

export function addSegments(passage: Passage, name: string, members: readonly IpcMember[]): void {
  const { image, dump, memory, account } = passage;
  dump.begin(name, "ipcns-shm");
  for (const { record, following } of members) {
    const fields = structOf(image, record);
    if (!fields) continue;
    const contents = following.find(({ rule }) => rule === "contents");
    if (!contents || fields.number("shift"))
      account.inTheWay({
        ...{ node: record, record: "IPC_SHM", field: "shift", value: fields.number("shift") },
        why: "the segment is made of huge pages, whose form in images is not known",
      });
    const locker = fields.number("mlock_uid");
    if (locker !== undefined && u32(locker) !== NOBODY)
      account.lost({
        ...{ node: record, record: "IPC_SHM", field: "mlock_uid", value: locker },
        why: "the segment is locked in memory, which CRIU does not keep",
      });
    const desc = descriptionOf(passage, record, fields);
    dump.add(name, "ipcns-shm", ipc_shm_entrySchema, {
      ...{ desc, size: fields.big("shm_segsz") ?? 0n, inPagemaps: true },
    });
    dump.addPages(`pagemap-shmem-${desc.id}`, () => (contents ? segmentPages(memory, contents) : []));
  }
}
