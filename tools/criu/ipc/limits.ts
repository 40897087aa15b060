/** ipcns-var-ID.img: limits of an IPC namespace. Images have those of System V; those of POSIX queues are those of a new namespace. */
import { ipc_var_entrySchema } from "../../../generated/criu/ipc-var_pb.js";
import type { StructFields } from "../../image/record/struct-fields.js";
import type { TreeNode } from "../../image/tree.js";
import type { Passage } from "../passage.js";
import { u32 } from "../unsigned.js";

/** Limits of a new namespace, include/linux/ipc_namespace.h of Linux 6.1. */
const NEW = {
  ...{ autoMsgmni: 0, shmRmidForced: 0 },
  ...{ mqQueuesMax: 256, mqMsgMax: 10, mqMsgsizeMax: 8192, mqMsgDefault: 10, mqMsgsizeDefault: 8192 },
} as const;

export function addLimits({ dump, account }: Passage, name: string, node: TreeNode, limits: StructFields): void {
  const number = (field: string) => u32(limits.number(field));
  account.madeUp({
    ...{ node, record: "IPC_NS", value: Object.values(NEW).join(" ") },
    why: "the image has no limits of POSIX message queues; they are those of a new namespace",
  });
  dump.add(name, "ipcns-var", ipc_var_entrySchema, {
    semCtls: ["sem_ctl_msl", "sem_ctl_mns", "sem_ctl_opm", "sem_ctl_mni"].map(number),
    ...{ msgCtlmax: number("msg_ctlmax"), msgCtlmnb: number("msg_ctlmnb"), msgCtlmni: number("msg_ctlmni") },
    ...{ shmCtlmax: limits.big("shm_ctlmax") ?? 0n, shmCtlall: limits.big("shm_ctlall") ?? 0n },
    shmCtlmni: number("shm_ctlmni"),
    ...NEW,
  });
}
