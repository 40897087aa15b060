/**
 * Namespaces of the processes. A namespace with the number that the restoring process has in the inventory is that one; with another number CRIU makes
 * a new one. What the image does not have is not made new.
 */

import type { Passage } from "../passage.js";
import type { ObjectIds } from "../tasks/core.js";
import { addIpc } from "./ipc.js";
import { tellNetworks } from "./network.js";
import { tellNestedPids } from "./pid.js";
import { tellUserNamespaces } from "./user.js";
import { addHostNames } from "./uts.js";

/** Numbers of namespaces. */
export type NamespaceIds = Pick<
  Exclude<ObjectIds, { $typeName: string }>,
  "pidNsId" | "netNsId" | "ipcNsId" | "utsNsId" | "mntNsId" | "userNsId" | "cgroupNsId"
>;

/** Those of the restoring process. Nothing else uses the numbers. */
export const RESTORING: NamespaceIds = {
  ...{ pidNsId: 1, netNsId: 2, ipcNsId: 3, utsNsId: 4 },
  ...{ mntNsId: 6, userNsId: 7, cgroupNsId: 8 },
};

/** Number of the first process of a pid namespace. */
const INIT = 1;

/** Numbers of the new namespaces. */
const NEW_PID = 101;

/** The namespaces of all processes, whose files it adds. */
export function addNamespaces(passage: Passage): NamespaceIds {
  const { tasks } = passage;
  tellNestedPids(passage);
  tellUserNamespaces(passage);
  tellNetworks(passage);
  const uts = addHostNames(passage);
  const ipc = addIpc(passage);
  return {
    ...RESTORING,
    ...(tasks[0]?.pid === INIT && { pidNsId: NEW_PID }),
    ...(uts !== undefined && { utsNsId: uts }),
    ...(ipc !== undefined && { ipcNsId: ipc }),
  };
}
