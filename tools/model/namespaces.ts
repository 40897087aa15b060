/** Finds the records of IPC and UTS namespaces: in separate objects, or in v16 within the set of namespaces. */
import type { Image } from "../image/image.js";
import type { TreeNode } from "../image/tree.js";

export interface NamespaceRecords {
  readonly objref: number;
  /** The rule with the records of the namespace. */
  readonly rule: TreeNode;
}

export function ipcNamespacesOf(image: Image): NamespaceRecords[] {
  return recordsOfType(image, "IPC_NS", "ipc_namespace", "ipc_objref");
}

export function utsNamespacesOf(image: Image): NamespaceRecords[] {
  return recordsOfType(image, "UTS_NS", "uts_namespace", "uts_objref");
}

function recordsOfType(image: Image, type: string, name: string, field: string): NamespaceRecords[] {
  return [...image.objects].flatMap(([number, object]) => {
    const rule = object.rule === type || object.rule === "NS" ? object.first(name) : undefined;
    if (!rule) return [];
    const set = object.rule === "NS" ? object.find("NS") : undefined;
    return [{ objref: set ? (image.fields(set).number(field) ?? 0) : number, rule }];
  });
}
