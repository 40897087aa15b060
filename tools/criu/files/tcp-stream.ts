/** tcp-stream-INO.img: the state of an established connection, with the bytes that are to be read, and those that the other end has not confirmed. */
import type { MessageInitShape } from "@bufbuild/protobuf";
import { concatUint8Arrays } from "uint8array-extras";
import { type tcp_opts_entrySchema, tcp_stream_entrySchema } from "../../../generated/criu/tcp-stream_pb.js";
import type { StructFields } from "../../image/record/struct-fields.js";
import type { TreeNode } from "../../image/tree.js";
import { u32 } from "../unsigned.js";
import type { FileContext } from "./file-list.js";
import { buffersOf } from "./socket-data.js";
import { hasFlag, type SocketObject } from "./socket-options.js";

/** Bits of `nonagle`. */
const NODELAY = 1;
const CORK = 2;

/** The segment size that both ends of a connection have to take. */
const LEAST_MSS = 536;

/**
 * Adds the file of a connection.
 *
 * @returns whether the image has enough of it; if not, that was told
 */
export function addTcpStream(
  context: FileContext,
  { object, objref }: SocketObject,
  node: TreeNode,
  own: StructFields,
): boolean {
  const { account, dump, demands, image, queues } = context;
  const number = (field: string) => u32(own.number(`tcp.${field}`));
  if (own.number("tcp.rcv_nxt") === undefined) {
    account.inTheWay({
      ...{ node: object.find("SOCKET"), record: "SOCKET", field: "sock.state" },
      why: "images of this version do not have the state of connections of TCP",
    });
    return false;
  }
  const [received, sent] = queues.get(objref) ?? [];
  const bytesOf = (queue: TreeNode | undefined) => concatUint8Arrays(buffersOf(image, queue).map(({ data }) => data));
  const unread = lastBytes(bytesOf(received), u32(number("rcv_nxt") - number("copied_seq")));
  const unconfirmed = lastBytes(bytesOf(sent), u32(number("write_seq") - number("snd_una")));
  const unsent = u32(number("write_seq") - number("snd_nxt"));
  if (!unread || !unconfirmed || unsent > unconfirmed.length) {
    account.inTheWay({
      ...{ node, record: "SOCKET_INET", field: "tcp" },
      why: "the sequence numbers of the connection say that more bytes wait than the image has",
    });
    return false;
  }
  account.madeUp({
    ...{ node, record: "SOCKET_INET", field: "tcp" },
    why: "the image does not have what the two ends agreed on when they connected: no window scale, no time stamps, no selective acknowledgement",
  });
  if (own.number("tcp.urg_data"))
    account.lost({
      ...{ node, record: "SOCKET_INET", field: "tcp.urg_data", value: own.number("tcp.urg_data") },
      why: "the urgent byte of the connection is not kept by CRIU",
    });
  demands.options.add("--tcp-established");
  dump.add(
    ...([`tcp-stream-${objref.toString(16)}`, "tcp-stream", tcp_stream_entrySchema] as const),
    {
      ...{
        inqLen: unread.length,
        inqSeq: number("rcv_nxt"),
        outqLen: unconfirmed.length,
        outqSeq: number("write_seq"),
      },
      ...{ unsqLen: unsent, optMask: 0, sndWscale: 0, rcvWscale: 0 },
      mssClamp: number("mss_cache") || u32(own.number("tcp.advmss")) || LEAST_MSS,
      ...{ sndWl1: number("snd_wl1"), sndWnd: number("snd_wnd"), rcvWnd: number("rcv_wnd"), rcvWup: number("rcv_wup") },
      maxWindow: Math.max(number("max_window"), number("snd_wnd")),
    },
    concatUint8Arrays([unread, unconfirmed]),
  );
  return true;
}

/** The end of what is in a queue: of its first buffer a part may have been taken already. Undefined if there is less. */
function lastBytes(bytes: Uint8Array, count: number): Uint8Array | undefined {
  return count <= bytes.length ? bytes.subarray(bytes.length - count) : undefined;
}

/** Options of TCP. */
export function tcpOptions(
  { account, image }: FileContext,
  { common }: SocketObject,
  node: TreeNode,
  own: StructFields,
): MessageInitShape<typeof tcp_opts_entrySchema> {
  const nonagle = own.number("tcp.nonagle") ?? 0;
  const probes = own.number("tcp.keepalive_probes") ?? 0;
  const probed = hasFlag(image, common, "SOCK_KEEPOPEN");
  if (probed)
    account.lost({
      ...{ node, record: "SOCKET_INET", field: "tcp.keepalive_time", value: own.number("tcp.keepalive_time") },
      why: "the times of keep-alive probes are in ticks whose length the image does not say; they become those of the machine",
    });
  return {
    ...((nonagle & NODELAY) !== 0 && { nodelay: true }),
    ...((nonagle & CORK) !== 0 && { cork: true }),
    ...(probed && probes > 0 && { keepcnt: probes }),
  };
}
