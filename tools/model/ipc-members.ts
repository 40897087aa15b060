/** The objects of an IPC namespace: segments, queues or semaphore sets, each a record with what follows it. */
import type { TreeNode } from "../image/tree.js";

/** The record of an object with the nodes up to the next one. */
export interface IpcMember {
  readonly record: TreeNode;
  readonly following: readonly TreeNode[];
}

/**
 * @param namespace the rule `ipc_namespace`
 * @param group the rule within it, e.g. `shm_segments`
 * @param record by which each object begins, e.g. `IPC_SHM`
 */
export function ipcMembersOf(namespace: TreeNode, group: string, record: string): IpcMember[] {
  const found: { record: TreeNode; following: TreeNode[] }[] = [];
  for (const node of namespace.first(group)?.each() ?? []) {
    if (node.rule === undefined && node.record?.name === record) found.push({ record: node, following: [] });
    else if (!node.object) found.at(-1)?.following.push(node);
  }
  return found;
}
