/** Files that concern the dump as a whole: inventory.img, pstree.img and seccomp.img. */
import { inventory_entrySchema } from "../../generated/criu/inventory_pb.js";
import { pstree_entrySchema } from "../../generated/criu/pstree_pb.js";
import { seccomp_entrySchema } from "../../generated/criu/seccomp_pb.js";
import { RESTORING } from "./namespaces/index.js";
import type { Passage } from "./passage.js";
import type { Process } from "./tasks/processes.js";

/** Form of the files: two magic numbers at their start. */
const IMG_VERSION = 2;

/** Number that no object of an image has, for the objects of the process that took the checkpoint. */
const NONE = 0x7fff_fff0;

/**
 * Adds the files.
 *
 * @param processes in the order in which they are made
 */
export function addInventory({ dump }: Passage, processes: readonly Process[]): void {
  dump.add("inventory", "inventory", inventory_entrySchema, {
    imgVersion: IMG_VERSION,
    fdinfoPerId: true,
    nsPerId: true,
    rootIds: { vmId: NONE, filesId: NONE, fsId: NONE, sighandId: NONE, ...RESTORING },
    lsmtype: 0,
  });
  for (const { pid, ppid, pgid, sid, threads } of processes)
    dump.add("pstree", "pstree", pstree_entrySchema, {
      pid,
      ppid,
      pgid,
      sid,
      threads: threads.map((task) => task.pid),
    });
  dump.add("seccomp", "seccomp", seccomp_entrySchema, {});
}
