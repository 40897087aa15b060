/** The objects of an IPC namespace: segments, queues or semaphore sets, each a record and the nodes that follow it. */
import type { TreeNode } from "../image/tree.js";

/** The record of an object with the nodes up to the next object. */
export interface IpcMember {
  readonly record: TreeNode;
  readonly following: readonly TreeNode[];
}

/**
 * The objects of one kind in an IPC namespace.
 *
 * @param namespace the rule `ipc_namespace`
 * @param group the rule within it, e.g. `shm_segments`
 * @param record name of the record that begins each object, e.g. `IPC_SHM`
 */
export function ipcMembersOf(namespace: TreeNode, group: string, record: string): IpcMember[] {
  const found: { record: TreeNode; following: TreeNode[] }[] = [];
  for (const node of namespace.first(group)?.each() ?? []) {
    if (node.rule === undefined && node.record?.name === record) found.push({ record: node, following: [] });
    else if (!node.object) found.at(-1)?.following.push(node);
  }
  return found;
}
