/** The namespaces of an image: their contents, and the tasks in them. */
import type { Image } from "../image/image.js";
import { payloadStructs, type StructFields, structOf } from "../image/record/struct-fields.js";
import type { TreeNode } from "../image/tree.js";
import { ipv4Text, macText } from "../model/address-text.js";
import { userNamespacesOf } from "../model/credentials.js";
import { bitNames, enumeratorName } from "../model/enum-names.js";
import { utsNamespacesOf } from "../model/namespaces.js";
import { recordText } from "../model/record-text.js";
import type { Task } from "../model/tasks.js";

export interface Namespaces {
  /** Sets of namespaces that tasks share: one number per kind of namespace. */
  readonly sets: readonly NamespaceSet[];
  readonly uts: readonly UtsNamespace[];
  readonly net: readonly NetNamespace[];
  readonly user: readonly (ReturnType<typeof userNamespacesOf>[number] & { readonly tasks: readonly number[] })[];
  /** Tasks in pid namespaces below that of the root task. */
  readonly pid: readonly NestedTask[];
}

/** A set of namespaces. A number is 0 if the namespace was not saved: the tasks then stay in the namespace of the restarting process. */
export interface NamespaceSet {
  readonly objref: number;
  readonly uts: number;
  readonly ipc: number;
  /** Number of the network namespace; undefined in versions without network namespaces. */
  readonly net: number | undefined;
  readonly tasks: readonly number[];
}

export interface UtsNamespace {
  readonly objref: number;
  /** Texts by schema key, e.g. `nodename`; v16 has two of the six. */
  readonly texts: Readonly<Record<string, string>>;
}

export interface NetNamespace {
  readonly objref: number;
  readonly devices: readonly NetDevice[];
}

export interface NetDevice {
  readonly objref: number;
  readonly name: string | undefined;
  /** C name, e.g. `CKPT_NETDEV_VETH`. */
  readonly kind: string | undefined;
  readonly flags: readonly string[];
  /** Bits of the flags without a name, as a number. */
  readonly otherFlags: bigint;
  readonly hardwareAddress: string | undefined;
  /** Object number of the device at the other end of a veth pair. */
  readonly peer: number | undefined;
  /** Mode of a macvlan device. */
  readonly mode: number | undefined;
  readonly addresses: readonly DeviceAddress[];
}

export interface DeviceAddress {
  /** Number of the protocol, where it is not IPv4; what the other fields say then means nothing. */
  readonly unknownType?: number;
  readonly local: string;
  /** Address of the interface; on a point-to-point link, of the other end. */
  readonly address: string;
  readonly mask: string;
  readonly broadcast: string;
}

export interface NestedTask {
  readonly pid: number;
  readonly depth: number;
  /** Pids in the namespaces below that of the root task, outermost first. */
  readonly nested: readonly number[];
}

export function namespacesOf(image: Image, tasks: readonly Task[]): Namespaces {
  return {
    sets: setsOf(image, tasks),
    uts: hostNamesOf(image),
    net: netNamespacesOf(image),
    user: userNamespaces(image, tasks),
    pid: tasks
      .filter(({ depth, nested }) => depth > 0 || nested.length > 0)
      .map(({ pid, depth, nested }) => ({ pid, depth, nested })),
  };
}

/** The UTS namespaces with their texts. */
export function hostNamesOf(image: Image): UtsNamespace[] {
  return utsNamespacesOf(image).map(({ objref, rule }) => ({ objref, texts: textsOf(image, rule) }));
}

/** Pids of tasks by the number of the object that each refers to. */
function grouped(tasks: readonly Task[], refersTo: (task: Task) => number | undefined): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const task of tasks) {
    const objref = refersTo(task);
    if (!objref) continue;
    const pids = groups.get(objref) ?? [];
    groups.set(objref, pids);
    pids.push(task.pid);
  }
  return groups;
}

function setsOf(image: Image, tasks: readonly Task[]): NamespaceSet[] {
  const members = grouped(tasks, (task) => task.number("TASK_NS", "ns_objref"));
  return [...image.objects].flatMap(([objref, object]) => {
    const fields = object.rule === "NS" ? structOf(image, object.find("NS")) : undefined;
    if (!fields) return [];
    return [
      {
        objref,
        uts: fields.number("uts_objref") ?? 0,
        ipc: fields.number("ipc_objref") ?? 0,
        net: fields.number("net_objref"),
        tasks: members.get(objref) ?? [],
      },
    ];
  });
}

/** In v16 two texts follow the record; from v17 on the record contains all six. */
function textsOf(image: Image, rule: TreeNode): Record<string, string> {
  const fields = structOf(image, rule.find("UTS_NS"));
  const names = fields?.members.flatMap(({ key, type }) => (type === "char" ? key : [])) ?? [];
  const inside = names.map((name) => [name, fields?.text(name)] as const);
  const behind = rule.all("STRING").map((node) => [node.label ?? "", recordText(image, node)] as const);
  return Object.fromEntries(
    [...inside, ...behind].flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])),
  );
}

export function netNamespacesOf(image: Image): NetNamespace[] {
  const devices = new Map<number, NetDevice[]>();
  const unknown: NetDevice[] = [];
  for (const [objref, object] of image.objects) {
    const fields = object.rule === "NETDEV" ? structOf(image, object.find("NETDEV")) : undefined;
    if (!fields) continue;
    const name = recordText(image, object.find("BUFFER", "device_name"));
    const addresses = payloadStructs(image, object.find("BUFFER", "device_addresses"), "ckpt_netdev_addr");
    const namespace = fields.number("netns_ref") ?? 0;
    const list = image.object(namespace, "NET_NS") ? (devices.get(namespace) ?? []) : unknown;
    if (list !== unknown) devices.set(namespace, list);
    list.push(deviceOf(image, objref, name, fields, addresses));
  }
  const known = [...image.objects].flatMap(([objref, { rule }]) =>
    rule === "NET_NS" ? [{ objref, devices: devices.get(objref) ?? [] }] : [],
  );
  return unknown.length > 0 ? [...known, { objref: 0, devices: unknown }] : known;
}

function deviceOf(
  image: Image,
  objref: number,
  name: string | undefined,
  fields: StructFields,
  addresses: readonly StructFields[],
): NetDevice {
  const { abi } = image.format;
  const kind = enumeratorName(abi, "ckpt_netdev_types", fields.number("type") ?? -1);
  const flags = bitNames(abi, "interface_flags", fields.number("flags") ?? 0);
  const hardware = fields.bytes("hwaddr");
  return {
    objref,
    name,
    kind,
    flags: flags.names,
    otherFlags: flags.rest,
    hardwareAddress: hardware && macText(hardware),
    peer: kind === "CKPT_NETDEV_VETH" ? fields.number("veth.peer_ref") : undefined,
    mode: kind === "CKPT_NETDEV_MACVLAN" ? fields.number("macvlan.mode") : undefined,
    addresses: addresses.map((address) => ({
      ...unknownType(image, address),
      local: ipv4Text(address.number("inet4_local") ?? 0),
      address: ipv4Text(address.number("inet4_address") ?? 0),
      mask: ipv4Text(address.number("inet4_mask") ?? 0),
      broadcast: ipv4Text(address.number("inet4_broadcast") ?? 0),
    })),
  };
}

function unknownType({ format }: Image, address: StructFields): Pick<DeviceAddress, "unknownType"> {
  const type = address.number("type");
  return type === undefined || type === format.constant("CKPT_NETDEV_ADDR_IPV4") ? {} : { unknownType: type };
}

function userNamespaces(image: Image, tasks: readonly Task[]): Namespaces["user"] {
  const members = grouped(tasks, (task) => {
    const cred = structOf(image, image.object(task.number("TASK_CREDS", "cred_ref"), "CRED")?.find("CRED"));
    const user = structOf(image, image.object(cred?.number("user_ref"), "USER")?.find("USER"));
    return user?.number("userns_ref");
  });
  return userNamespacesOf(image).map((namespace) => ({ ...namespace, tasks: members.get(namespace.objref) ?? [] }));
}
