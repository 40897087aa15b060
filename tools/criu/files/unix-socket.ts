/**
 * Unix sockets. CRIU connects two that have each other as peer, sends what waits in the queue of one from the other, and binds and listens where there is
 * a name. A socket whose other end is closed has no peer there, and both directions shut down.
 */
import { fd_types } from "../../../generated/criu/fdinfo_pb.js";
import { sk_packet_entrySchema } from "../../../generated/criu/sk-packet_pb.js";
import { type StructFields, structOf } from "../../image/record/struct-fields.js";
import type { TreeNode } from "../../image/tree.js";
import { recordText } from "../../model/record-text.js";
import { textBytes } from "../../model/text-bytes.js";
import { u32 } from "../unsigned.js";
import type { FileContext } from "./file-list.js";
import { openFlags } from "./open-flags.js";
import { NOBODY } from "./owner.js";
import { buffersOf } from "./socket-data.js";
import { hasFlag, SHUT_BOTH, type SocketMaker, type SocketObject, socketOptions, TCP } from "./socket-options.js";

const TYPES: ReadonlySet<string> = new Set(["SOCK_STREAM", "SOCK_DGRAM", "SOCK_SEQPACKET"]);

/** Bytes of a name that the kernel takes. */
const MOST_NAME = 108;

export const makeUnixSocket: SocketMaker = (context, file, socket) => {
  const { image, account } = context;
  const { object, common, objref } = socket;
  const node = object.find("SOCKET_UNIX");
  const own = structOf(image, node);
  const type = common.number("sock.type") ?? 0;
  const state = common.number("sock.state") ?? 0;
  const isKnown = [...TYPES].some((name) => image.format.constant(name) === type);
  if (!node || !own || !isKnown || !(Object.values(TCP) as number[]).includes(state)) {
    account.inTheWay({
      ...{ node: object.find("SOCKET"), record: "SOCKET", field: "sock.state", value: state },
      why: "no unix socket has such a type and state",
    });
    return undefined;
  }
  const isDatagram = type === image.format.constant("SOCK_DGRAM");
  const isConnected = !isDatagram && state === TCP.established;
  const peer = peerOf(context, { node, own, isDatagram, objref });
  const isClosed = isConnected && peer === 0;
  if (peer !== 0 && u32(own.number("peercred") ?? own.number("peercred_uid")) !== 0)
    account.note({
      ...{ node, record: "SOCKET_UNIX", field: "peercred" },
      why: "the socket tells root as the user at its other end, because CRIU connects the two",
    });
  addQueue(context, file.objref, socket, peer);
  return {
    type: fd_types.UNIXSK,
    id: file.objref,
    usk: {
      ...{ id: file.objref, ino: objref, type, state, flags: openFlags(file), uflags: 0, peer },
      ...{ backlog: u32(Math.max(0, common.number("sock.backlog") ?? 0)), fown: NOBODY },
      opts: socketOptions(context, socket),
      ...nameOf(context, object, { node, own, isConnected }),
      shutdown: isClosed ? SHUT_BOTH : (common.number("sock.shutdown") ?? 0) & SHUT_BOTH,
    },
  };
};

interface Connection {
  readonly node: TreeNode;
  readonly own: StructFields;
  readonly isDatagram: boolean;
  /** Number of the socket. */
  readonly objref: number;
}

/** Number of the socket at the other end; 0 if there is none that CRIU can connect it with. */
function peerOf({ image, account, holders }: FileContext, { node, own, isDatagram, objref }: Connection): number {
  const peer = own.number("peer") ?? 0;
  if (peer === 0) return 0;
  const object = image.object(peer, "SOCK");
  const others = structOf(image, object?.find("SOCKET_UNIX"));
  const lost = (why: string) => account.lost({ node, record: "SOCKET_UNIX", field: "peer", value: peer, why });
  if (!holders.sockets.has(peer)) {
    if (hasFlag(image, structOf(image, object?.find("SOCKET")), "SOCK_DEAD")) {
      if (isDatagram) lost("the socket to which this one sends is closed; it is connected with none");
    } else lost("the other end of the connection is outside of the image; to the program it is closed");
    return 0;
  }
  if (others?.number("peer") === objref) return peer;
  if (isDatagram && (others?.number("laddr_len") ?? 0) > FAMILY_BYTES) return peer;
  lost("the socket at the other end is not connected with this one and has no name; the connection is closed");
  return 0;
}

/** Bytes of an address before the name. */
const FAMILY_BYTES = 2;

/** Name, and the directory to which it is relative. */
function nameOf(
  { image, account }: FileContext,
  object: TreeNode,
  { node, own, isConnected }: Pick<Connection, "node" | "own"> & { readonly isConnected: boolean },
): { name: Uint8Array; nameDir?: Uint8Array; deleted?: boolean } {
  const used = Math.max(0, (own.number("laddr_len") ?? 0) - FAMILY_BYTES);
  const bytes = (own.bytes("laddr.sun_path") ?? new Uint8Array()).subarray(0, used);
  if (bytes.length === 0) return { name: bytes };
  if (isConnected) {
    account.lost({
      ...{ node, record: "SOCKET_UNIX", field: "laddr", value: bytes },
      why: "a connected socket does not get its name back from CRIU",
    });
    return { name: new Uint8Array() };
  }
  if (bytes[0] === 0) return { name: bytes };
  const isLinked = ((own.number("flags") ?? 0) & image.format.constant("CKPT_UNIX_LINKED")) !== 0;
  if (isLinked)
    account.madeUp({
      ...{ node, record: "SOCKET_UNIX", field: "laddr", value: bytes },
      why: "the image has no owner and permissions of the file of the socket; it is made anew by root, and replaces a socket of that path",
    });
  const directory = recordText(image, object.find("STRING", "socket_directory"));
  return {
    name: terminated(bytes),
    ...(directory !== undefined && { nameDir: textBytes(directory) }),
    ...(!isLinked && { deleted: true }),
  };
}

/** A path with the NUL at its end, by which CRIU finds the end. */
function terminated(bytes: Uint8Array): Uint8Array {
  const nul = bytes.indexOf(0);
  const path = nul < 0 ? bytes : bytes.subarray(0, nul);
  const whole = new Uint8Array(Math.min(path.length + 1, MOST_NAME));
  whole.set(path.subarray(0, whole.length));
  return whole;
}

/** sk-queues.img: what waits to be read from the socket. */
function addQueue({ image, account, dump, queues }: FileContext, id: number, socket: SocketObject, peer: number): void {
  for (const { node, sender, data } of buffersOf(image, queues.get(socket.objref)?.[0])) {
    const name = structOf(image, image.object(sender, "SOCK")?.find("SOCKET_UNIX"))?.number("laddr_len") ?? 0;
    if (sender !== peer && name > FAMILY_BYTES)
      account.lost({
        ...{ node, record: "SOCKET_BUFFER", field: "sk_objref", value: sender },
        why: "the address of the sender of what waits in the socket is not kept by CRIU",
      });
    dump.add("sk-queues", "sk-queues", sk_packet_entrySchema, { idFor: id, length: data.length }, data);
  }
}
