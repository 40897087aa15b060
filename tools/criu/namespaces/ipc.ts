/** The IPC namespace: ipcns-*-ID.img. CRIU restores objects of System V only in a new one, and one for all processes. */
import { structOf } from "../../image/record/struct-fields.js";
import { ipcMembersOf } from "../../model/ipc-members.js";
import { ipcNamespacesOf } from "../../model/namespaces.js";
import { addLimits } from "../ipc/limits.js";
import { addQueues } from "../ipc/messages.js";
import { addSegments } from "../ipc/segments.js";
import { addSemaphores } from "../ipc/semaphores.js";
import { tellUndoLists } from "../ipc/undo.js";
import type { Passage } from "../passage.js";

/** Number of the namespace in the dump. */
const NEW_IPC = 103;

/**
 * Adds the IPC namespace of the first task, if there are objects in it.
 *
 * @returns its number; undefined if there is none
 */
export function addIpc(passage: Passage): number | undefined {
  const { image, account } = passage;
  tellUndoLists(passage);
  const [first, ...others] = ipcNamespacesOf(image);
  for (const { rule } of others)
    account.lost({
      ...{ node: rule, record: "IPC_NS" },
      why: "the tasks of this IPC namespace get that of the first task, because CRIU makes one for all",
    });
  const node = first?.rule.find("IPC_NS");
  if (!first || !node) return undefined;
  const limits = structOf(image, node);
  const segments = ipcMembersOf(first.rule, "shm_segments", "IPC_SHM");
  const queues = ipcMembersOf(first.rule, "msg_queues", "IPC_MSG");
  const sets = ipcMembersOf(first.rule, "sem_sets", "IPC_SEM");
  if (segments.length + queues.length + sets.length === 0) {
    account.note({
      ...{ node, record: "IPC_NS" },
      why: "there are no objects of System V IPC, so the processes stay in the IPC namespace of the restoring process, with its limits",
    });
    return undefined;
  }
  if (limits) addLimits(passage, `ipcns-var-${NEW_IPC}`, node, limits);
  addSegments(passage, `ipcns-shm-${NEW_IPC}`, segments);
  addQueues(passage, `ipcns-msg-${NEW_IPC}`, queues, limits);
  addSemaphores(passage, `ipcns-sem-${NEW_IPC}`, sets);
  return NEW_IPC;
}
