/** Buffers in the queues of sockets. */

import { NumberIndex } from "../../image/number-index.js";
import { type Frame, inspector } from "../inspector.js";
import type { RecordView } from "../record-view.js";
import { Total } from "../total.js";

/** An open queue. */
interface Queue {
  readonly isSending: boolean;
  bytes: Total | undefined;
  /** Announced and found fragments of the last buffer. */
  fragments: Total | undefined;
}

/** Fields with offsets in the linear part of a buffer. */
const OFFSETS: readonly string[] = ["transport_header", "network_header", "mac_header", "data_offset", "hdr_len"];

export const socketQueues = inspector(
  {
    "queue-bytes": ["doubtful", "The bytes of a queue are those of its buffers together."],
    "queue-owner": ["refused", "All buffers of the two queues of a socket name the same socket as the owner."],
    "buffer-offset": ["refused", "Offsets in a buffer lie within its linear part."],
    "buffer-header": ["refused", "The link header of a buffer ends where the network header begins."],
    "buffer-length": ["doubtful", "The payload of a buffer is its linear part without headers and its fragments."],
    "fragment-sum": ["refused", "The fragments of a buffer add up to what the buffer says."],
    "fragment-page": ["refused", "The data of a fragment lies within its page."],
    "unix-queue": ["refused", "Buffers of unix sockets have no fragments and wait with the receiver."],
  },
  ({ format }, { report, wrong }) => {
    const { pageSize } = format;
    const unix = format.constant("AF_UNIX");
    const unixSockets = new NumberIndex();
    const open: Queue[] = [];
    /** Owner of the previous queue, which also owns this one if the two are a pair. */
    let owner: number | undefined;
    let socket: Frame | undefined;

    return {
      enter: {
        SOCK: (frame) => (socket = frame),
        socket_queue({ label }) {
          const isSending = label === "send_queue";
          if (!isSending) owner = undefined;
          open.push({ isSending, bytes: undefined, fragments: undefined });
        },
      },
      leave: {
        socket_buffer() {
          const total = open.at(-1)?.fragments;
          const difference = total?.difference("fragments");
          if (total && difference) report("fragment-sum", total, difference);
        },
        socket_queue() {
          const total = open.pop()?.bytes;
          const difference = total?.difference("buffers");
          if (total && difference) report("queue-bytes", total, difference);
        },
      },
      records: {
        SOCKET(view) {
          if (view.number("sock_common.family") === unix && socket?.objref !== undefined)
            unixSockets.add(socket.objref);
        },
        SOCKET_QUEUE(view) {
          const queue = open.at(-1);
          if (queue) queue.bytes = new Total(view, "total_bytes");
        },
        SOCKET_BUFFER: checkBuffer,
        SOCKET_FRAG: checkFragment,
        BUFFER(view) {
          const queue =
            view.label === "socket_data" && format.kind("SOCKET_FRAG") === undefined ? open.at(-1) : undefined;
          // Without fragments the linear part contains all data.
          if (queue?.bytes) queue.bytes.found += view.record.payload.end - view.record.payload.start;
        },
      },
    };

    function checkBuffer(view: RecordView): void {
      const queue = open.at(-1);
      if (!queue) return;
      const length = view.number("skb_len");
      const fragments = view.number("frg_len") ?? 0;
      queue.fragments = new Total(view, "frg_len");
      if (queue.bytes) queue.bytes.found += length ?? 0;
      checkOwner(view, queue);
      const linear = view.number("lin_len");
      if (linear === undefined || length === undefined) return;
      for (const field of OFFSETS) {
        const offset = view.number(field) ?? 0;
        if (offset > linear) wrong("buffer-offset", view, field, `at most ${linear}, the linear part`, `${offset}`);
      }
      const [mac, macLength, network] = ["mac_header", "mac_len", "network_header"].map(
        (path) => view.number(path) ?? 0,
      ) as [number, number, number];
      if (mac + macLength !== network)
        wrong("buffer-header", view, "network_header", `${mac + macLength}, the end of the link header`, `${network}`);
      const payload = linear - (view.number("hdr_len") ?? 0) + fragments;
      if (payload !== length) wrong("buffer-length", view, "skb_len", `${payload}`);
    }

    function checkOwner(view: RecordView, queue: Queue): void {
      const own = view.number("pr_objref") ?? 0;
      if (owner !== undefined && own !== owner)
        wrong("queue-owner", view, "pr_objref", `${owner} as other buffers of the pair of queues`, `${own}`);
      owner ??= own;
      if (!unixSockets.has(own)) return;
      if ((view.number("nr_frags") ?? 0) > 0) wrong("unix-queue", view, "nr_frags", "0 in a unix socket");
      const expected = "no buffer in the send queue of a unix socket";
      if (queue.isSending) wrong("unix-queue", view, "pr_objref", expected, `one of socket ${own}`);
    }

    function checkFragment(view: RecordView): void {
      const queue = open.at(-1);
      const size = view.number("size") ?? 0;
      const offset = view.number("offset") ?? 0;
      if (queue?.fragments) queue.fragments.found += size;
      if (offset + size > pageSize)
        wrong("fragment-page", view, "size", `at most ${Math.max(0, pageSize - offset)} bytes from ${offset} on`);
    }
  },
);
