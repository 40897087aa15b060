/** Sets of namespaces: host names, System V IPC, networks. */
import { registry } from "../../generated/codecs/index.js";
import { padded, SharedObject } from "../../tools/write/index.js";
import { ipcNamespace } from "./ipc.js";
import { network } from "./network.js";
import type { Scene } from "./scene.js";

export interface NamespaceSets {
  /** Namespaces of most tasks. */
  readonly outer: SharedObject;
  /** Namespaces with a separate host name. */
  readonly inner: SharedObject;
}

/** Flags of clone; an NS record of v16 has one for each namespace that follows. */
const CLONE_NEWUTS = 0x0400_0000;
const CLONE_NEWIPC = 0x0800_0000;

export function namespaceSets(scene: Scene): NamespaceSets {
  const ipc = new SharedObject("IPC_NS", () => ipcNamespace(scene));
  const net = savesNetworks(scene) ? network(scene) : 0;
  return {
    outer: set(scene, "cradle", ipc, net, CLONE_NEWUTS + CLONE_NEWIPC),
    inner: set(scene, "nested", ipc, net, CLONE_NEWUTS),
  };
}

/** Whether network namespaces are part of the image, which newer versions save only on request. */
export function savesNetworks(scene: Scene): boolean {
  return !scene.settings.plain && scene.hasRecord("NET_NS");
}

/**
 * A set of namespaces.
 *
 * @param flags which of the namespaces are new
 */
function set(scene: Scene, host: string, ipc: SharedObject, net: SharedObject | number, flags: number): SharedObject {
  const names = hostNames(scene, host);
  const uts = new SharedObject("UTS_NS", () => ({ records: names }));
  return new SharedObject("NS", () => ({
    records: { NS: { fields: { uts_objref: uts, ipc_objref: ipc, net_objref: net, flags } }, ...names },
    // In v16 the namespaces are in the body of the set.
    rules: { ipc_namespace: ipcNamespace(scene) },
  }));
}

function hostNames(scene: Scene, nodename: string) {
  const { release, version, machine } = utsname(scene);
  const length = scene.constant("__NEW_UTS_LEN") + 1;
  const domainname = "example.org";
  return {
    UTS_NS: {
      fields: {
        sysname: "Linux",
        nodename,
        release,
        version,
        machine,
        domainname,
        nodename_len: length,
        domainname_len: length,
      },
    },
    nodename: { payload: padded(nodename, length) },
    domainname: { payload: padded(domainname, length) },
  };
}

/** Texts that describe the kernel that writes the image. */
export function utsname({ settings }: Scene): { release: string; version: string; machine: string } {
  return {
    release: `${settings.kernel.join(".")}-ckpt`,
    version: "#1 SMP Wed Mar 17 16:07:31 EDT 2010",
    machine: registry.tables.arches.find(({ id }) => id === settings.arch)?.machines.at(-1) ?? settings.arch,
  };
}
