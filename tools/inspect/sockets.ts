/** The sockets of an image: addresses, state, options, waiting data, and who holds them. */
import type { Image } from "../image/image.js";
import { type StructFields, structOf } from "../image/record/struct-fields.js";
import type { TreeNode } from "../image/tree.js";
import { bitNames, enumeratorName } from "../model/enum-names.js";
import { fileTableOf, OpenFile } from "../model/files.js";
import { payloadText } from "../model/payload-text.js";
import { sharedObjects } from "../model/sharing.js";
import { type SocketQueues, socketQueuesOf } from "../model/socket-queues.js";
import { type Socket, socketOf } from "../model/sockets.js";
import type { Task } from "../model/tasks.js";

export interface ListedSocket extends Socket {
  /** C names; undefined for unknown numbers. */
  readonly protocol: string | undefined;
  /** Numbers of family, type, protocol and both states, for what has no name. */
  readonly numbers: Readonly<Record<"family" | "type" | "protocol" | "state" | "connection", number | undefined>>;
  /** Of a unix socket: the directory from which a relative path counts, and whether the path still exists. */
  readonly directory: string | undefined;
  readonly linked: boolean | undefined;
  /** What the socket is told when it asks for the credentials of its peer. */
  readonly peerCredentials: { readonly uid: number; readonly gid: number } | undefined;
  /** Undefined for sockets without queues in the image: those that listen or are dead. */
  readonly queues: SocketQueues | undefined;
  readonly options: SocketOptions;
  /** State of the connection by the names of the schema; undefined where the version or the protocol has none. */
  readonly tcp: Readonly<Record<string, number>> | undefined;
  /** Descriptors through which tasks reach it. None: it is a peer, a sender or a connection that nobody accepted. */
  readonly holders: readonly Holder[];
}

/** A descriptor of a file table. */
export interface Holder {
  readonly descriptor: number;
  readonly fileTable: number;
  /** Some of the processes that use the table, and how many there are. */
  readonly processes: readonly { readonly pid: number; readonly name: string | undefined }[];
  readonly count: number;
}

/** Times in ns, sizes in bytes; undefined where the record is damaged. */
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
  /** Seconds that close waits; undefined when it does not. */
  readonly linger: number | undefined;
}

/** In the order in which the image begins them. */
export function listSockets(image: Image, tasks: readonly Task[]): ListedSocket[] {
  const queues = socketQueuesOf(image);
  const holders = holdersOf(image, tasks);
  return [...image.objects]
    .filter(([, { rule }]) => rule === "SOCK")
    .sort(([, a], [, b]) => a.index - b.index)
    .flatMap(([objref, object]) => {
      const socket = socketOf(image, objref);
      const head = structOf(image, object.find("SOCKET"));
      return socket && head ? [listed(image, socket, object, head, queues.get(objref), holders.get(objref))] : [];
    });
}

function listed(
  image: Image,
  socket: Socket,
  object: TreeNode,
  head: StructFields,
  queues: SocketQueues | undefined,
  holders: readonly Holder[] = [],
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
    directory: payloadText(image, object.find("STRING", "socket_directory"), PATH_ROOM),
    linked: flags === undefined ? undefined : (flags & image.format.constant("CKPT_UNIX_LINKED")) !== 0,
    peerCredentials: unix && peerCredentials(image, unix),
    queues,
    options: optionsOf(image, head),
    // Of internet sockets only TCP has streams.
    tcp: inet && socket.type === "SOCK_STREAM" ? numbersOf(inet, "tcp") : undefined,
    holders,
  };
}

/** Longest path of a kernel. */
const PATH_ROOM = 4096;

/** Processes of a table that are named. */
const FEW = 16;

function holdersOf(image: Image, tasks: readonly Task[]): Map<number, Holder[]> {
  const files = new Map<number, number>();
  for (const [objref, object] of image.objects) {
    const socket = object.rule === "FILE" ? new OpenFile(image, objref, object).socket : undefined;
    if (socket !== undefined) files.set(objref, socket);
  }
  const holders = new Map<number, Holder[]>();
  if (files.size === 0) return holders;
  for (const { objref, tasks: users } of sharedObjects(image, tasks, tasks, "files_objref", "FILE_TABLE")) {
    const leaders = new Map(users.map((task) => [task.tgid, task]));
    for (const task of users) if (!task.isThread) leaders.set(task.tgid, task);
    const processes = [...leaders].slice(0, FEW).map(([pid, { name }]) => ({ pid, name }));
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

function peerCredentials(image: Image, unix: StructFields): ListedSocket["peerCredentials"] {
  const objref = unix.number("peercred");
  const cred = objref === undefined ? undefined : structOf(image, image.object(objref, "CRED")?.find("CRED"));
  const uid = cred ? cred.number("euid") : unix.number("peercred_uid");
  const gid = cred ? cred.number("egid") : unix.number("peercred_gid");
  return uid === undefined || gid === undefined || uid === NOBODY ? undefined : { uid, gid };
}

/** The kernel's mark for a socket that never had a peer. */
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

/** Every number of an aggregate by its name in the schema. */
function numbersOf(fields: StructFields, path: string): Record<string, number> | undefined {
  const names = fields.membersOf(path);
  if (names.length === 0) return undefined;
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = fields.number(`${path}.${name}`);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

/** `[2001:db8::1]:80`; undefined for another family, and where the version has no room for such addresses. */
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

/** The longest run of zero groups is left out. */
export function ipv6Text(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((bytes[i * 2] ?? 0) << 8) | (bytes[i * 2 + 1] ?? 0)).toString(16),
  );
  const text = groups.join(":");
  const runs = text.match(/(?<![^:])0(:0)+(?![^:])/g) ?? [];
  const longest = runs.sort((a, b) => b.length - a.length)[0];
  if (longest === undefined) return text;
  const at = text.search(new RegExp(`(?<![^:])${longest}(?![^:])`));
  return `${text.slice(0, at).replace(/:$/, "")}::${text.slice(at + longest.length).replace(/^:/, "")}`;
}
