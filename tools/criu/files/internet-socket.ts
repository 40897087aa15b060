/** Sockets of IPv4 and IPv6: TCP and UDP. */
import { fd_types } from "../../../generated/criu/fdinfo_pb.js";
import { type StructFields, structOf } from "../../image/record/struct-fields.js";
import type { TreeNode } from "../../image/tree.js";
import { ipv4Text, ipv6Text } from "../../model/address-text.js";
import { u32 } from "../unsigned.js";
import type { FileContext } from "./file-list.js";
import { openFlags } from "./open-flags.js";
import { NOBODY } from "./owner.js";
import { buffersOf } from "./socket-data.js";
import { SHUT_BOTH, type SocketMaker, type SocketObject, socketOptions, TCP } from "./socket-options.js";
import { addTcpStream, tcpOptions } from "./tcp-stream.js";

const AF_INET = 2;
const AF_INET6 = 10;
const PROTOCOLS = { SOCK_STREAM: 6, SOCK_DGRAM: 17 } as const;

/** `cmsg_flags`: the program gets the address to which a packet was sent (IP_PKTINFO). */
const PKTINFO = 1;

export const makeInternetSocket: SocketMaker = (context, file, socket) => {
  const { image, account, demands } = context;
  const { object, common, objref } = socket;
  const node = object.find("SOCKET_INET");
  const own = structOf(image, node);
  const protocol = common.number("sock.protocol") ?? 0;
  const type = common.number("sock.type") ?? 0;
  const state = common.number("sock.state") ?? 0;
  const refuse = (field: string, value: unknown, why: string) => {
    account.inTheWay({ node: object.find("SOCKET"), record: "SOCKET", field, value, why });
    return undefined;
  };
  if (!node || !own)
    return refuse("sock_common.family", AF_INET, "the image does not have the addresses of the socket");
  const isTcp = type === image.format.constant("SOCK_STREAM") && protocol === PROTOCOLS.SOCK_STREAM;
  const isUdp = type === image.format.constant("SOCK_DGRAM") && protocol === PROTOCOLS.SOCK_DGRAM;
  if (!isTcp && !isUdp)
    return refuse("sock.protocol", protocol, "of internet sockets CRIU gets those of TCP and UDP from an image");
  if (!(Object.values(TCP) as number[]).includes(state) || (isUdp && state === TCP.listen))
    return refuse(
      "sock.state",
      state,
      "the connection is being made or ended, and the image does not say how far that is",
    );
  const family = common.number("sock_common.family") === image.format.constant("AF_INET6") ? AF_INET6 : AF_INET;
  const { local, remote } = ends(context, family, own);
  const isConnected = state === TCP.established && remote.port !== 0;
  if (state === TCP.established && !isConnected)
    return refuse(
      "sock.state",
      state,
      "the socket is connected, but the image does not have the port of its other end",
    );
  if (isTcp && isConnected && !addTcpStream(context, socket, node, own)) return undefined;
  if (isUdp) tellUnread(context, socket);
  if (local.port !== 0) demands.addresses.add(`${isTcp ? "tcp" : "udp"} ${local.text}`);
  if (family === AF_INET6)
    account.madeUp({
      ...{ node, record: "SOCKET_INET", field: "inet6" },
      why: "the image does not say whether the socket is for IPv6 only; it is for both",
    });
  const shutdown = (common.number("sock.shutdown") ?? 0) & SHUT_BOTH;
  return {
    type: fd_types.INETSK,
    id: file.objref,
    isk: {
      ...{ id: file.objref, ino: objref, family, type, proto: protocol, state },
      ...{ srcPort: local.port, srcAddr: local.words },
      ...(isConnected
        ? { dstPort: remote.port, dstAddr: remote.words }
        : { dstPort: 0, dstAddr: remote.words.map(() => 0) }),
      ...{ flags: openFlags(file), backlog: Math.max(0, common.number("sock.backlog") ?? 0), fown: NOBODY },
      opts: socketOptions(context, socket),
      v6only: false,
      ipOpts: ipOptions(context, node, own),
      // CRIU calls shutdown whenever there is a value, and fails if that is none.
      ...(shutdown !== 0 && { shutdown }),
      ...(isTcp && { tcpOpts: tcpOptions(context, socket, node, own) }),
    },
  };
};

/** One end of a socket. */
interface End {
  readonly port: number;
  /** The address in words of 32 bits, as a machine of the target has them in memory. */
  readonly words: number[];
  readonly text: string;
}

function ends({ target }: FileContext, family: number, own: StructFields): { local: End; remote: End } {
  const number = (path: string) => own.number(path) ?? 0;
  if (family === AF_INET6) {
    const end = (field: string, port: number): End => {
      const bytes = own.bytes(field) ?? new Uint8Array(16);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      const words = [0, 4, 8, 12].map((at) => view.getUint32(at, target.littleEndian));
      return { port, words, text: `[${ipv6Text(bytes)}]:${port}` };
    };
    return { local: end("inet6.rcv_saddr", number("num")), remote: end("inet6.daddr", number("dport")) };
  }
  const end = (label: "laddr" | "raddr", address: string, port: string): End => {
    const isGiven = number(`${label}_len`) > 0;
    const host = u32(number(isGiven ? `${label}.sin_addr.s_addr` : address));
    const word = new DataView(new ArrayBuffer(4));
    word.setUint32(0, host);
    const of = number(isGiven ? `${label}.sin_port` : port);
    return { port: of, words: [word.getUint32(0, target.littleEndian)], text: `${ipv4Text(host)}:${of}` };
  };
  return { local: end("laddr", "rcv_saddr", "num"), remote: end("raddr", "daddr", "dport") };
}

function ipOptions({ account }: FileContext, node: TreeNode, own: StructFields) {
  const ttl = own.number("uc_ttl") ?? -1;
  const requested = own.number("cmsg_flags") ?? 0;
  if ((requested & ~PKTINFO) !== 0)
    account.lost({
      ...{ node, record: "SOCKET_INET", field: "cmsg_flags", value: requested },
      why: "of the data that a program can ask for along with packets, CRIU keeps only the address to which they were sent",
    });
  return { ...(ttl > 0 && { ttl }), ...((requested & PKTINFO) !== 0 && { pktinfo: true }) };
}

/** CRIU does not put packets back into the queues of UDP. */
function tellUnread({ image, account, queues }: FileContext, { objref }: SocketObject): void {
  for (const queue of queues.get(objref) ?? [])
    for (const { node, data } of buffersOf(image, queue))
      account.lost({
        ...{ node, record: "SOCKET_BUFFER", value: data },
        why: "packets that wait in a socket of UDP are lost, as they may be on their way",
      });
}
