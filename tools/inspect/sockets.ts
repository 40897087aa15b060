/** The sockets of an image: addresses, state, options, waiting data, and the processes that hold them. */
import type { Image } from "../image/image.js";
import { type StructFields, structOf } from "../image/record/struct-fields.js";
import type { TreeNode } from "../image/tree.js";
import { ipv6Text } from "../model/address-text.js";
import { bitNames, enumeratorName } from "../model/enum-names.js";
import { fileTableOf, OpenFile } from "../model/files.js";
import { recordText } from "../model/record-text.js";
import { sharedObjects } from "../model/sharing.js";
import { type SocketQueues, socketQueuesOf } from "../model/socket-queues.js";
import { type Socket, socketOf } from "../model/sockets.js";
import type { Task } from "../model/tasks.js";

export interface ListedSocket extends Socket {
  /** C names; undefined for unknown numbers. */
  readonly protocol: string | undefined;
  /** Numbers of family, type, protocol and both states, also for values without a name. */
  readonly numbers: Readonly<Record<"family" | "type" | "protocol" | "state" | "connection", number | undefined>>;
  /** Directory that a relative path of a unix socket starts from; `linked` says whether the path still exists. */
  readonly directory: string | undefined;
  readonly linked: boolean | undefined;
  /** Credentials of the peer, as the socket option SO_PEERCRED returns them. */
  readonly peerCredentials: { readonly uid: number; readonly gid: number } | undefined;
  /** The queues; undefined for sockets without queues in the image: those that listen or are dead. */
  readonly queues: SocketQueues | undefined;
  readonly options: SocketOptions;
  /** State of a TCP connection by schema key; undefined if version or protocol has none. */
  readonly tcp: Readonly<Record<string, number>> | undefined;
  /** Descriptors that refer to the socket. None for a peer, a sender, or a connection that was not accepted yet. */
  readonly holders: readonly SocketHolder[];
}

/** A descriptor of a file table. */
export interface SocketHolder {
  readonly descriptor: number;
  readonly fileTable: number;
  /** Some of the processes that use the table. `count` is the number of all. */
  readonly processes: readonly { readonly pid: number; readonly name: string | undefined }[];
  readonly count: number;
}

/** Options of a socket. Times are in ns, sizes in bytes; undefined if the record is damaged. */
export interface SocketOptions {
  readonly flags: readonly string[];
  readonly otherFlags: bigint;
  readonly reuse: boolean;
  readonly device: number | undefined;
  readonly backlog: number | undefined;
  readonly shutdown: readonly string[];
  readonly error: number | undefined;
  readonly priority: number | undefined;
  readonly receiveBuffer: number | undefined;
  readonly sendBuffer: number | undefined;
  readonly receiveLowWater: bigint | undefined;
  readonly receiveTimeout: bigint | undefined;
  readonly sendTimeout: bigint | undefined;
  /** Seconds that close waits; undefined if it does not wait. */
  readonly linger: number | undefined;
}

/** The sockets of an image, in its order. */
export function listSockets(image: Image, tasks: readonly Task[]): ListedSocket[] {
  const queues = socketQueuesOf(image);
  const holders = holdersOf(image, tasks);
  return [...image.objects]
    .filter(([, { rule }]) => rule === "SOCK")
    .sort(([, a], [, b]) => a.index - b.index)
    .flatMap(([objref, object]) => {
      const socket = socketOf(image, objref);
      const head = structOf(image, object.find("SOCKET"));
      const users = { queues: queues.get(objref), holders: holders.get(objref) ?? [] };
      return socket && head ? [listedSocket(image, { socket, object, head }, users)] : [];
    });
}

/** Where the facts about a socket are. */
interface Found {
  readonly socket: Socket;
  readonly object: TreeNode;
  readonly head: StructFields;
}

function listedSocket(
  image: Image,
  { socket, object, head }: Found,
  { queues, holders }: Pick<ListedSocket, "queues" | "holders">,
): ListedSocket {
  const numbers = {
    family: head.number("sock_common.family"),
    type: head.number("sock.type"),
    protocol: head.number("sock.protocol"),
    state: head.number("sock.state"),
    connection: head.number("socket.state"),
  };
  const named = (enumeration: string, value: number | undefined) =>
    value === undefined ? undefined : enumeratorName(image.format.abi, enumeration, value);
  const unix = structOf(image, object.find("SOCKET_UNIX"));
  const inet = structOf(image, object.find("SOCKET_INET"));
  const flags = unix?.number("flags");
  return {
    ...socket,
    local: socket.local ?? (inet && ipv6(numbers.family, image, inet, "rcv_saddr", "sport")),
    remote: socket.remote ?? (inet && ipv6(numbers.family, image, inet, "daddr", "dport")),
    protocol: named("ip_protocol", numbers.protocol),
    numbers,
    directory: recordText(image, object.find("STRING", "socket_directory")),
    linked: flags === undefined ? undefined : (flags & image.format.constant("CKPT_UNIX_LINKED")) !== 0,
    peerCredentials: unix && peerIdsOf(image, unix),
    queues,
    options: optionsOf(image, head),
    // Among internet sockets, only TCP sockets are streams.
    tcp: inet && socket.type === "SOCK_STREAM" ? namedNumbersOf(inet, "tcp") : undefined,
    holders,
  };
}

/** Maximum number of processes of a table that are named. */
const MAX_NAMED_PROCESSES = 16;

function holdersOf(image: Image, tasks: readonly Task[]): Map<number, SocketHolder[]> {
  const files = new Map<number, number>();
  for (const [objref, object] of image.objects) {
    const socket = object.rule === "FILE" ? new OpenFile(image, objref, object).socket : undefined;
    if (socket !== undefined) files.set(objref, socket);
  }
  const holders = new Map<number, SocketHolder[]>();
  if (files.size === 0) return holders;
  for (const { objref, tasks: users } of sharedObjects(image, tasks, tasks, "files_objref", "FILE_TABLE")) {
    const leaders = new Map(users.map((task) => [task.tgid, task]));
    for (const task of users) if (!task.isThread) leaders.set(task.tgid, task);
    const processes = [...leaders].slice(0, MAX_NAMED_PROCESSES).map(([pid, { name }]) => ({ pid, name }));
    for (const { number, fileObjref } of fileTableOf(image, objref)?.descriptors() ?? []) {
      const socket = files.get(fileObjref);
      if (socket === undefined) continue;
      const list = holders.get(socket) ?? [];
      holders.set(socket, list);
      list.push({ descriptor: number, fileTable: objref, processes, count: leaders.size });
    }
  }
  return holders;
}

function peerIdsOf(image: Image, unix: StructFields): ListedSocket["peerCredentials"] {
  const objref = unix.number("peercred");
  const cred = objref === undefined ? undefined : structOf(image, image.object(objref, "CRED")?.find("CRED"));
  const uid = cred ? cred.number("euid") : unix.number("peercred_uid");
  const gid = cred ? cred.number("egid") : unix.number("peercred_gid");
  return uid === undefined || gid === undefined || uid === NOBODY ? undefined : { uid, gid };
}

/** Value with which the kernel marks a socket that never had a peer. */
const NOBODY = 0xffff_ffff;

function optionsOf(image: Image, head: StructFields): SocketOptions {
  const { abi } = image.format;
  const flags = bitNames(abi, "sock_flag", head.big("sock.flags") ?? 0n);
  return {
    flags: flags.names,
    otherFlags: flags.rest,
    reuse: (head.number("sock_common.reuse") ?? 0) !== 0,
    device: head.number("sock_common.bound_dev_if") || undefined,
    backlog: head.number("sock.backlog"),
    shutdown: bitNames(abi, "sock_shutdown", head.number("sock.shutdown") ?? 0).names,
    error: head.number("sock.err") || undefined,
    priority: head.number("sock.priority"),
    receiveBuffer: head.number("sock.rcvbuf"),
    sendBuffer: head.number("sock.sndbuf"),
    receiveLowWater: head.big("sock.rcvlowat"),
    receiveTimeout: head.big("sock.rcvtimeo"),
    sendTimeout: head.big("sock.sndtimeo"),
    linger: head.number("sock.linger.l_onoff") ? head.number("sock.linger.l_linger") : undefined,
  };
}

/** All numbers of an aggregate by schema key. */
function namedNumbersOf(fields: StructFields, path: string): Record<string, number> | undefined {
  const names = fields.membersOf(path);
  if (names.length === 0) return undefined;
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = fields.number(`${path}.${name}`);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

/** Address and port as `[2001:db8::1]:80`; undefined for another family, and if the version has no room for IPv6 addresses. */
function ipv6(
  family: number | undefined,
  image: Image,
  inet: StructFields,
  address: string,
  port: string,
): string | undefined {
  if (family !== image.format.constant("AF_INET6")) return undefined;
  const bytes = inet.bytes(`inet6.${address}`);
  return bytes && `[${ipv6Text(bytes)}]:${inet.number(port) ?? 0}`;
}
